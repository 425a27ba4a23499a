import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pack } from '@rig-ops/archive';
import type { CopyExit, CopyNotice } from '@rig-ops/contract/channels';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { Channel } from '@rig-ops/wire';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

let supervisor: TestSupervisor;
let app: string;
let outside: string;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
  app = join(supervisor.layout.artifacts, 'bld_copied', 'app');
  outside = mkdtempSync(join(tmpdir(), 'rig-outside-'));
  mkdirSync(app, { recursive: true });
  await supervisor.run('ins_1', ['sleep', '600'], { cwd: app });
});
after(async () => {
  await supervisor.close();
  rmSync(outside, { recursive: true, force: true });
});

const open = async (change: Partial<CopySpec>): Promise<Channel> =>
  (await supervisor.connect()).open('copy', {
    session: 'cpy_1',
    instance: 'ins_1',
    direction: 'out',
    path: '.',
    recursive: true,
    raw: false,
    noClobber: false,
    ...change,
  } satisfies CopySpec);

async function collect(channel: Channel): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const bytes of channel.read(1)) chunks.push(Uint8Array.from(bytes));
  return Buffer.concat(chunks);
}

const codeOf = async (channel: Channel): Promise<string | undefined> => {
  void collect(channel).catch(() => undefined);
  return (await channel.closed)?.code;
};

test('files go in and come out, as the user of the app', async () => {
  const content = randomBytes(5_000_000);
  writeFileSync(join(outside, 'given'), content);
  const inside = await open({ direction: 'in', path: 'taken' });
  const told: CopyNotice[] = [];
  inside.onControl = (message) => told.push(message as CopyNotice);
  await pack(join(outside, 'given'), {
    shown: 'given',
    recursive: false,
    write: (bytes) => inside.write(0, bytes),
  });
  inside.end(0);
  const exit = (await inside.exited) as CopyExit;
  assert.deepEqual([exit.files, exit.bytes, exit.leftCount], [1, content.length, 0]);
  assert.ok(readFileSync(join(app, 'taken')).equals(content));

  const out = await open({ path: 'taken', raw: true });
  const [bytes, { bytes: count }] = await Promise.all([collect(out), out.exited as Promise<CopyExit>]);
  assert.ok(bytes.equals(content));
  assert.equal(count, content.length);
});

test('no path leads out of the folders of the app', async () => {
  symlinkSync(outside, join(app, 'way-out'));
  symlinkSync('/etc/passwd', join(app, 'passwd'));
  for (const path of ['/etc/passwd', '../../../rigd.sqlite', 'way-out/given', 'passwd', outside]) {
    assert.equal(await codeOf(await open({ path, raw: true })), 'path_outside_app', path);
  }
  for (const path of ['/etc', '../x', 'way-out', 'way-out/new', join(outside, 'new')]) {
    const channel = await open({ direction: 'in', path, raw: true });
    const code = codeOf(channel);
    await channel.write(0, Buffer.from('x')).catch(() => undefined);
    channel.end(0);
    assert.equal(await code, 'path_outside_app', path);
  }
  assert.deepEqual(readdirSync(outside), ['given']);
  assert.equal(await codeOf(await open({ path: 'none' })), 'path_not_found');
  assert.equal(await codeOf(await open({ path: join(supervisor.layout.instances, 'ins_1') })), undefined);
  rmSync(join(app, 'way-out'));
  rmSync(join(app, 'passwd'));
});

test('a copy that is cut leaves nothing, and no program behind', async () => {
  const before = readdirSync(app).toSorted();
  for (const how of ['error', 'close', 'connection'] as const) {
    const connection = await supervisor.connect();
    const channel = connection.open('copy', {
      session: 'cpy_2',
      instance: 'ins_1',
      direction: 'in',
      path: 'half',
      recursive: false,
      raw: true,
      noClobber: false,
    } satisfies CopySpec);
    const progress = new Promise((resolve) => {
      channel.onControl = resolve;
    });
    void channel.exited.catch(() => undefined);
    await channel.accepted;
    await channel.write(0, randomBytes(200_000));
    await progress;
    assert.equal(readdirSync(app).length, before.length + 1);
    if (how === 'error') channel.close({ code: 'interrupted', message: 'x', hint: '', exitCode: 130 });
    else if (how === 'close') channel.close();
    else await connection.close();
    await until('the rest to be removed', () =>
      readdirSync(app).toSorted().join() === before.join() ? true : null,
    );
    await until('the program to end', async () =>
      (await supervisor.processesNaming('"path":"half"')).length === 0 ? true : null,
    );
  }
});

test('a reader that stands still holds the program back', async () => {
  writeFileSync(join(app, 'large'), Buffer.alloc(20_000_000));
  const channel = await open({ path: 'large', raw: true });
  const reading = channel.read(1)[Symbol.asyncIterator]();
  let length = ((await reading.next()).value as Uint8Array).length;
  assert.equal((await supervisor.processesNaming('"path":"large"')).length > 0, true);
  for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
    length += next.value.length;
  }
  assert.equal(length, 20_000_000);
  assert.equal(((await channel.exited) as CopyExit).bytes, length);
});

test('an instance that is forgotten takes its copies along', async () => {
  await supervisor.run('ins_2', ['sleep', '600'], { cwd: app });
  const channel = await open({ instance: 'ins_2', direction: 'in', path: 'half', raw: true });
  await channel.accepted;
  await channel.write(0, Buffer.from('x'));
  await supervisor.ask('DELETE', '/v1/instances/ins_2');
  assert.equal((await channel.closed)?.code, 'remote_target_gone');
  assert.equal(
    await open({ instance: 'ins_2' }).then((late) => late.accepted.catch((e: { code: string }) => e.code)),
    'remote_target_gone',
  );
});
