import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { describe as tell, User } from '../support/rig.ts';

/**
 * Published plugins of authors who do not know rig, as their registry has them: one for oclif 1 that extends
 * the base class of before `@oclif/core`, one that brings a core of its own.
 */
const plugins = [
  {
    spec: 'oclif-plugin-completion@0.6.0',
    integrity:
      'sha512-0HGaSR/E/seIhSzFxLkh0QqckuNSre4iGqSElZRUv1hVHH2YgrZ7xtQL9McwL8o1fh6HqkzykjUx0Iy2haVIUg==',
  },
  {
    spec: '@heroku-cli/plugin-git@8.1.8',
    integrity:
      'sha512-HYLawhFvTbvb4gDBJ2hA4/OWA/XYwckZfF2E+lz7tAKMAesdgwg7Jeg14whnX+O4s0XWwzg8J5JIq4IbmamcMQ==',
  },
];

interface Installed {
  plugin: { integrity: string };
  scripts: { run: string[] };
}

describe('plugins that nobody here wrote', { concurrency: 1, timeout: 280_000 }, () => {
  const user = new User();
  before(async () => {
    for (const { spec, integrity } of plugins) {
      const { plugin, scripts } = await user.json<Installed>(['plugins', 'install', spec, '--yes']);
      assert.equal(plugin.integrity, integrity, spec);
      assert.deepEqual(scripts.run, []);
    }
  });
  after(() => user.close());

  const finishes = () =>
    readFileSync(join(user.home, 'audit.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { phase: string; argv: string[]; exitCode: number; error: string })
      .filter(({ phase }) => phase === 'finish');

  test('what one prints goes to stderr, and stdout has one document', async () => {
    const args = ['completion', '--shell', 'bash', '-o', 'json'];
    const outcome = await user.run(args);
    assert.equal(outcome.code, 0, tell(args, outcome));
    assert.deepEqual(JSON.parse(outcome.stdout), {});
    assert.match(outcome.stderr, /completion script for bash/);
    const text = await user.run(['completion', '--shell', 'bash']);
    assert.match(text.stdout, /completion script for bash/);
  });

  test('an error of one is a document with the exit code its author chose', async () => {
    const { message } = await user.fails(['git', 'remote'], 'command_failed', 2);
    assert.match(message, /app/);
    await user.fails(['git', 'clone'], 'usage', 2);
    await user.fails(['git', 'clone', '--bogus'], 'usage', 2);
  });

  test('all of it is recorded', () => {
    const records = finishes().filter(({ argv }) => ['completion', 'git'].includes(argv[0] ?? ''));
    assert.deepEqual(
      records.map(({ argv, exitCode, error }) => [argv[1], exitCode, error]),
      [
        ['--shell', 0, null],
        ['--shell', 0, null],
        ['remote', 2, 'command_failed'],
        ['clone', 2, 'usage'],
        ['clone', 2, 'usage'],
      ],
    );
  });

  test('rig itself is as it was', async () => {
    assert.equal((await user.run(['version'])).code, 0);
    assert.match((await user.run(['help'])).stdout, /completion/);
  });
});
