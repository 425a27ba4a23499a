import assert from 'node:assert/strict';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SessionExit } from '@rig-ops/contract/channels';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import { ORDINARY, reasonToSkip } from '../testing/platforms.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

type Exit = Extract<SessionExit, { exitCode: number }>;

const terminal = { columns: 91, rows: 33, term: 'xterm-256color', colorTerm: 'truecolor' };

async function all(channel: Channel, stream: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const bytes of channel.read(stream)) chunks.push(Buffer.from(bytes));
  return Buffer.concat(chunks).toString();
}

/** Reads until a text has come, from behind the one that came before. */
function readerOf(channel: Channel): (text: string) => Promise<void> {
  const chunks = channel.read(1)[Symbol.asyncIterator]();
  let seen = '';
  return async (text) => {
    while (!seen.includes(text)) {
      const { value, done } = await chunks.next();
      if (done === true) throw new Error(`the output ended without ${text}: ${seen}`);
      seen += Buffer.from(value).toString();
    }
    seen = seen.slice(seen.indexOf(text) + text.length);
  };
}

const platforms = [
  { name: 'of root, with whatever holds sessions there', cgroups: true },
  { name: 'of root, without cgroups', cgroups: false },
  { name: 'of an ordinary user', cgroups: true, uid: ORDINARY },
];

for (const { name, cgroups, uid } of platforms) {
  describe(`sessions in an isolated app on a platform ${name}`, {
    skip: reasonToSkip(uid),
    timeout: 120_000,
  }, () => {
    const supervisor = new TestSupervisor();
    const artifact = join(supervisor.layout.artifacts, 'bld_isolated');
    let count = 0;
    const begin = async (argv: string[], change: Partial<SessionSpec> = {}): Promise<Channel> => {
      count += 1;
      const instance = { instance: 'ins_1', cwd: artifact };
      return await supervisor.begin(argv, {
        id: `ses_${process.pid}_${platforms.findIndex((each) => each.name === name)}_${count}`,
        ...instance,
        ...change,
      });
    };

    before(async () => {
      await supervisor.start({ isolation: 'auto', cgroups }, { uid });
      mkdirSync(artifact, { recursive: true });
      if (uid !== undefined)
        for (const path of [supervisor.layout.artifacts, artifact]) chownSync(path, uid, uid);
      await supervisor.run('ins_1', ['sleep', '1000'], { cwd: artifact });
    });
    after(() => supervisor.close());

    it('end as exactly as the program, with pipes and with a terminal', async () => {
      for (const [script, expected] of [
        ['exit 0', [0, null]],
        ['exit 143', [143, null]],
        ['exit 255', [255, null]],
        ['kill -TERM $$', [143, 'SIGTERM']],
        ['kill -KILL $$', [137, 'SIGKILL']],
      ] as const) {
        for (const kind of [null, terminal]) {
          const channel = await begin(['sh', '-c', script], { terminal: kind });
          const { exitCode, signal } = (await channel.exited) as Exit;
          assert.deepEqual([exitCode, signal], expected, script);
        }
      }
    });

    it('pass bytes and the end of stdin through, and let a program open its streams by name', async () => {
      const channel = await begin(['sh', '-c', 'cat; echo named > /dev/stderr']);
      await channel.write(0, Buffer.from('in and out'));
      channel.end(0);
      assert.deepEqual(await Promise.all([all(channel, 1), all(channel, 2)]), ['in and out', 'named\n']);
    });

    it('have a terminal with job control, which signals what is in the foreground', async () => {
      const shell = await begin(['bash', '--norc', '-i'], { terminal });
      const readUntil = readerOf(shell);
      const type = async (line: string) => await shell.write(0, Buffer.from(line));
      await type('stty size; echo sum $((40 + 2)); tty > /dev/tty\n');
      await readUntil('33 91');
      await readUntil('sum 42');
      const pause = `100${process.pid}${count}`;
      const sleeping = async () =>
        await until(
          'the sleep',
          async () => (await supervisor.processesNaming(`sleep\0${pause}`)).length > 0,
        );
      await type(`sleep ${pause}\n`);
      await sleeping();
      await type('\x03');
      await type('echo code $?\n');
      await readUntil('code 130');
      await type(`sleep ${pause}\n`);
      await sleeping();
      await type('\x1a');
      await readUntil('Stopped');
      await type('kill -KILL %1; wait; echo gone $((40 + 3))\n');
      await readUntil('gone 43');
      await type('exit 9\n');
      assert.equal(((await shell.exited) as Exit).exitCode, 9);
    });

    it('leave nothing behind, whatever it has left and dropped', async () => {
      const mark = `rig-survivor-${process.pid}-${count}`;
      const daemon = `exec >/dev/null 2>&1 </dev/null; trap "" HUP TERM; while :; do sleep 0.05; done; : ${mark}`;
      const script = `env -i setsid sh -c '(setsid sh -c "$1" &) &' sh '${daemon}' & nohup sh -c '${daemon}' & sleep 0.3; echo started`;
      for (const kind of [null, terminal]) {
        const channel = await begin(['sh', '-c', script], { terminal: kind });
        assert.match(await all(channel, 1), /started/);
        await channel.exited;
        const [session] = await supervisor.sessions();
        assert.ok(['cgroup', 'pid-namespace'].includes(session?.containment ?? ''), session?.containment);
        await until(
          'the survivors to end',
          async () => (await supervisor.processesNaming(mark)).length === 0,
        );
      }
    });

    it('say why their program cannot be started', async () => {
      for (const kind of [null, terminal]) {
        const channel = await begin(['no-such-program'], { terminal: kind, env: { PATH: '/usr/bin:/bin' } });
        await assert.rejects(channel.accepted, /there is no program "no-such-program"/);
      }
    });
  });
}
