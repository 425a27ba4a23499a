import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { runCommand } from './harness.ts';
import { RigCommand } from './index.ts';

const rigHome = mkdtempSync(join(tmpdir(), 'rig-harness-'));
after(() => rmSync(rigHome, { recursive: true, force: true }));

class Greet extends RigCommand {
  static override id = 'greet';
  static override args = { name: Args.string() };
  static override flags = { count: Flags.integer({ default: 1 }), fail: Flags.boolean() };
  static override rigAuth = 'none' as const;

  override async run() {
    const { args, flags } = await this.parse(Greet);
    if (flags.fail) throw new RigError('not_found', 'Nobody is here.');
    this.ui.print(`hello ${args.name ?? 'nobody'}`);
    this.ui.note('a note');
    this.setExitCode(21);
    return { name: args.name ?? null, count: flags.count };
  }
}

class Stream extends RigCommand {
  static override rigAuth = 'none' as const;

  override async run(): Promise<AsyncIterable<object>> {
    await this.parse(Stream);
    return (async function* () {
      yield { n: 1 };
      throw new RigError('connection_lost', 'gone');
    })();
  }

  override renderRecord(record: object): string {
    return `n=${(record as { n: number }).n}`;
  }
}

class Describe extends RigCommand {
  static override args = { app: Args.string() };

  override async run() {
    const { args } = await this.parse(Describe);
    return { app: await this.appName(args.app) };
  }
}

class Confirm extends RigCommand {
  static override rigAuth = 'none' as const;

  override async run() {
    await this.parse(Confirm);
    return { yes: await this.ui.confirm('Sure?') };
  }
}

class Copy extends RigCommand {
  static override rigAuth = 'none' as const;

  override async run() {
    await this.parse(Copy);
    for await (const chunk of this.streams.stdin) this.streams.stdout.write(chunk);
  }
}

test('a command gives its result, its text and its exit code', async () => {
  const outcome = await runCommand(Greet, ['ada', '--count', '3'], { rigHome });
  assert.deepEqual(outcome.result, { name: 'ada', count: 3 });
  assert.deepEqual([outcome.stdout, outcome.stderr, outcome.exitCode], ['hello ada\n', 'a note\n', 21]);
});

test('in a machine format no text reaches stdout', async () => {
  const outcome = await runCommand(Greet, [], { rigHome, machine: true });
  assert.deepEqual([outcome.stdout, outcome.result], ['', { name: null, count: 1 }]);
});

test('errors of rig and of parsing come as documents', async () => {
  const failed = await runCommand(Greet, ['--fail'], { rigHome });
  assert.deepEqual([failed.error?.code, failed.exitCode, failed.result], ['not_found', 6, undefined]);
  const mistyped = await runCommand(Greet, ['--bogus'], { rigHome });
  assert.deepEqual([mistyped.error?.code, mistyped.exitCode], ['usage', 2]);
  assert.equal(mistyped.error?.hint, 'Run `rig greet --help`.');
  const noNumber = await runCommand(Greet, ['--count', 'abc'], { rigHome });
  assert.deepEqual([noNumber.error?.code, noNumber.exitCode], ['usage', 2]);
  assert.equal(noNumber.error?.message, '--count: Expected an integer but received: abc');
});

test('a stream gives its records, also when it breaks', async () => {
  const outcome = await runCommand(Stream, [], { rigHome });
  assert.deepEqual(outcome.records, [{ n: 1 }]);
  assert.equal(outcome.stdout, 'n=1\n');
  assert.equal(outcome.error?.code, 'connection_lost');
});

test('without an app the error lists those there are', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apps: [{ name: 'blog' }, { name: 'shop' }], nextCursor: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const target = { name: 'test', token: 'test-token', url };
    const outcome = await runCommand(Describe, [], { rigHome, target });
    assert.equal(outcome.error?.code, 'app_required');
    assert.match(outcome.error?.message ?? '', /There are: blog, shop\.$/);
    assert.deepEqual(outcome.error?.details, { apps: ['blog', 'shop'] });
    writeFileSync(join(rigHome, 'rig.toml'), 'app = "shop"\n');
    assert.deepEqual((await runCommand(Describe, [], { rigHome, target })).result, { app: 'shop' });
    assert.deepEqual((await runCommand(Describe, ['blog'], { rigHome, target })).result, { app: 'blog' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('nobody is asked where nobody is', async () => {
  const { error, exitCode } = await runCommand(Confirm, [], { rigHome });
  assert.deepEqual([error?.code, exitCode], ['confirmation_required', 2]);
});

test('bytes pass from stdin to stdout', async () => {
  const bytes = new Uint8Array([0, 255, 10, 13]);
  const { stdoutBytes } = await runCommand(Copy, [], { rigHome, stdin: bytes });
  assert.deepEqual(new Uint8Array(stdoutBytes), bytes);
});
