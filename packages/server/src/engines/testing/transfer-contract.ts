import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelStream, type CopyExit } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { Channel } from '@rig-ops/wire';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import type { ContractEngine } from './contract-engine.ts';

async function collect(channel: Channel): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of channel.read(ChannelStream.stdout)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Until something that takes no time by itself has happened; a cluster that is busy places a pod late. */
const PATIENCE_MS = 60_000;

async function serve({ engine, argvOf, folder, placeOf }: ContractEngine): Promise<number> {
  const port = await findFreePort(INSTANCE_PORTS, 26_000, new Set());
  assert.ok(port !== null);
  const spec = {
    id: 'ins_1',
    app: 'shop',
    appId: 'app_shop',
    process: 'web',
    name: 'web.1',
    release: 1,
    argv: argvOf('serve'),
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', PORT: String(port) },
  };
  await engine.startInstance(spec, placeOf?.(spec));
  // What runs elsewhere takes a while to be there.
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50))
    if ((await engine.instances()).some(({ state }) => state === 'running')) break;
  return port;
}

/** What every engine does with ports and files of its instances. */
export function transferContract(name: string, make: (test: TestContext) => Promise<ContractEngine>): void {
  describe(`${name} as an Engine: ports and files`, () => {
    it('connects to a port of an instance, and to no other', async (test) => {
      const made = await make(test);
      const port = await serve(made);
      const open = async (wanted: number, check = false) => {
        const targets = [{ instance: 'ins_1', port: wanted, own: wanted === port }];
        return await made.engine.openForward({ targets, check });
      };
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const accepted = await (await open(port, true)).accepted.catch((error: unknown) => error);
        if (!isRigError(accepted)) break;
        assert.equal(accepted.code, 'port_not_open');
        assert.ok(Date.now() < deadline, 'the program never listened');
        await sleep(50);
      }
      const channel = await open(port);
      await channel.accepted;
      await channel.write(ChannelStream.stdin, Buffer.from('GET / HTTP/1.0\r\n\r\n'));
      channel.end(ChannelStream.stdin);
      assert.match(await collect(channel), /^HTTP\/1\.1 200 /);
      assert.equal(await channel.closed, undefined);
      await assert.rejects((await open(9)).accepted, { code: 'port_not_open' });
    });

    it('copies a file out and one in', async (test) => {
      const made = await make(test);
      await serve(made);
      const put = made.putFile ?? ((name, text) => writeFile(join(made.folder, name), text));
      await put('file.txt', 'fake\n');
      const common = { instance: 'ins_1', recursive: false, raw: true, noClobber: false };
      const out = await made.engine.openCopy({
        ...common,
        session: 'cpy_1',
        direction: 'out',
        path: 'file.txt',
      });
      assert.deepEqual([await collect(out), ((await out.exited) as CopyExit).bytes], ['fake\n', 5]);
      const none = await made.engine.openCopy({
        ...common,
        session: 'cpy_2',
        direction: 'out',
        path: 'none',
      });
      await assert.rejects(none.exited, { code: 'path_not_found' });
      const given = await made.engine.openCopy({
        ...common,
        session: 'cpy_3',
        direction: 'in',
        path: 'given',
      });
      await given.accepted;
      await given.write(ChannelStream.stdin, Buffer.from('1234'));
      given.end(ChannelStream.stdin);
      assert.equal(((await given.exited) as CopyExit).bytes, 4);
    });
  });
}
