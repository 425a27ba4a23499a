import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { load } from 'js-yaml';
import { Sandbox } from './run-rig.ts';

interface HelpDocument {
  help: {
    command?: string;
    topic?: string;
    flags?: { name: string }[];
    globalFlags?: { name: string }[];
    topics: { name: string }[];
    commands: { id: string }[];
  };
}

describe('the output format', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const json = async <T>(argv: string[], env: Record<string, string> = {}) =>
    JSON.parse((await sandbox.run(argv, { env })).stdout) as T;

  for (const argv of [
    ['-o', 'json', 'stranger', 'object'],
    ['--output=json', 'stranger', 'object'],
    ['stranger', '-o', 'json', 'object'],
    ['stranger', 'object', '-ojson'],
    ['stranger', 'object', '--json'],
    ['stranger:object', '--output', 'json'],
  ]) {
    test(`is understood in: rig ${argv.join(' ')}`, async () => {
      assert.deepEqual(await json(argv), { answer: 42, nested: { list: [1, 2] } });
    });
  }

  test('comes from RIG_OUTPUT, which a flag overrides', async () => {
    assert.deepEqual(await json(['kin', 'object'], { RIG_OUTPUT: 'json' }), { answer: 42 });
    const { stdout } = await sandbox.run(['stranger', 'object', '-o', 'text'], {
      env: { RIG_OUTPUT: 'json' },
    });
    assert.equal(stdout, 'some text\nmore text\n');
  });

  test('is refused when unknown, in the format that was in force', async () => {
    const flag = await sandbox.run(['stranger', 'object', '-o', 'table']);
    assert.equal(flag.code, 2);
    assert.match(flag.stderr, /--output is "table"; it can be text, json or yaml\. \(usage\)/);
    const both = await sandbox.run(['stranger', 'object', '-o', 'yaml', '--json']);
    assert.equal(both.code, 2);
    assert.equal((JSON.parse(both.stdout) as { error: { code: string } }).error.code, 'usage');
    const variable = await sandbox.run(['stranger', 'object'], { env: { RIG_OUTPUT: 'xml' } });
    assert.equal(variable.code, 2);
    assert.match(variable.stderr, /RIG_OUTPUT is "xml"/);
    const missing = await sandbox.run(['stranger', 'object', '-o']);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /-o needs a value/);
  });

  test("leaves a stranger's own -o and --context alone; --json is always ours", async () => {
    const own = ['stranger', 'own-flag', '-o', 'file', '--context', '3'];
    assert.equal((await sandbox.run(own)).stdout, 'out=file context=3\n');
    assert.deepEqual(await json([...own, '--json']), { out: 'file', context: '3' });
    assert.deepEqual(await json(['-o', 'json', ...own]), { out: 'file', context: '3' });
    assert.deepEqual(await json(['stranger', 'own-flag', '--out', '--json', '--json']), {
      out: '--json',
      context: null,
    });
  });

  test('does not touch raw bytes by RIG_OUTPUT', async () => {
    const raw = await sandbox.run(['kin', 'raw'], { env: { RIG_OUTPUT: 'json' } });
    assert.equal(raw.stdout, '\u0000\uFFFD\n');
    assert.deepEqual(await json(['kin', 'raw', '-o', 'json']), { bytes: 3 });
  });

  test('a stranger with its own JSON mode gives one document, also when its environment asks for it', async () => {
    assert.deepEqual(await json(['stranger', 'json-flag', '--json'], { RIG_CONTENT_TYPE: 'json' }), {
      answer: 42,
    });
  });

  test('text of a stranger goes to stderr while a document is owed', async () => {
    const { stderr } = await sandbox.run(['stranger', 'object', '--json']);
    assert.equal(stderr, 'some text\nmore text\n');
  });

  test('help, version and plugins are small documents', async () => {
    const root = await json<HelpDocument>(['help', '-o', 'json']);
    assert.ok(root.help.commands.some(({ id }) => id === 'context list'));
    assert.ok(root.help.topics.some(({ name }) => name === 'stranger'));
    assert.deepEqual(await json(['--help', '--json']), root);
    assert.deepEqual(await json(['--json']), root);
    const topic = await json<HelpDocument>(['context', '--json']);
    const below = topic.help.commands.map(({ id }) => id);
    assert.ok(below.includes('context list') && below.every((id) => id.startsWith('context ')));
    const command = await json<HelpDocument>(['context', 'add', '--help', '--json']);
    assert.equal(command.help.command, 'context add');
    assert.ok(command.help.flags?.some(({ name }) => name === 'url'));
    const added = ['output', 'json', 'query', 'no-color', 'context'];
    assert.deepEqual(
      command.help.globalFlags?.map(({ name }) => name).filter((name) => added.includes(name)),
      added,
    );
    assert.deepEqual(await json(['help', 'context', 'add', '--json']), command);

    const { version } = await json<{ version: string }>(['version', '--json']);
    assert.deepEqual(await json(['--version', '--json']), await json(['version', '--json']));
    assert.match(version, /^\d+\.\d+\.\d+/);
    const { plugins } = await json<{ plugins: object[] }>(['plugins', '-o', 'json']);
    assert.partialDeepStrictEqual(plugins.at(-1), {
      name: 'plugin-stranger',
      version: '1.0.0',
      type: 'link',
    });
  });

  test('help in text names the global flags of every command, and leaves out those a command owns', async () => {
    const plain = await sandbox.run(['stranger', 'object', '--help']);
    assert.match(plain.stdout, /-o, --output=FORMAT/);
    assert.match(plain.stdout, /--json/);
    assert.match(plain.stdout, /--context=NAME/);
    assert.match(plain.stdout, /--query=JMESPATH/);
    assert.match(plain.stdout, /--no-color/);
    assert.match(plain.stdout, /\$ rig stranger object\n/);
    const owns = await sandbox.run(['help', 'stranger', 'own-flag']);
    assert.match(owns.stdout, /-o, --out=/);
    assert.match(owns.stdout, / --output=FORMAT/);
    assert.doesNotMatch(owns.stdout, /--context=NAME/);
    assert.match((await sandbox.run([])).stdout, /GLOBAL FLAGS/);
  });

  test('a missing argument does not eat stdin', async () => {
    assert.deepEqual(
      JSON.parse((await sandbox.run(['stranger', 'argument', '--json'], { stdin: 'from stdin\n' })).stdout),
      {
        word: null,
      },
    );
  });

  for (const [command, code, said] of [
    ['kin big', 0, ''],
    ['stranger big', 0, 'text'],
    ['kin exit-while-writing', 4, 'exiting'],
  ] as const) {
    test(`a megabyte of ${command} arrives whole although nobody reads at first`, async () => {
      // A document of YAML is as long, and every line of JSON is one.
      const started = sandbox.start([...command.split(' '), '-o', command === 'kin big' ? 'yaml' : 'json']);
      started.child.stdout?.pause();
      // The result does not fit into a pipe: the program waits, whatever it calls meanwhile.
      await (said === '' ? new Promise((resolve) => setImmediate(resolve)) : started.said(said));
      started.child.stdout?.resume();
      const outcome = await started.outcome;
      assert.equal(outcome.code, code);
      assert.equal((load(outcome.stdout) as { text: string }).text.length, 1_000_000);
    });
  }
});
