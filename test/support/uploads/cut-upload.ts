import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { scanTree } from '@rig-ops/bundle';
import { endOfUpload, Server, startUpload } from './run-processes.ts';

/** What ends at the point: the connection, the client (kill -9), the platform (kill -9). */
export const CUTS = ['connection', 'client', 'platform'] as const;
export type Cut = (typeof CUTS)[number];

/** Packs under way at once in the client. */
const LANES = 3;

/** Passes bytes on, counts those that go up, and does something when they come to a number. */
class CountingProxy {
  readonly #server: NetServer;
  readonly #sockets = new Set<Socket>();
  upBytes = 0;
  #at = Number.POSITIVE_INFINITY;
  #then: () => void = () => undefined;

  constructor(target: () => number) {
    this.#server = createServer((socket) => {
      const onward = connect(target(), '127.0.0.1');
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
      onward.pipe(socket);
      // Not before there is somebody to pass them on to: what nobody has taken in was not sent.
      onward.on('connect', () => {
        socket.on('data', (bytes) => {
          this.#count(bytes.length);
          if (!onward.write(bytes)) socket.pause();
        });
      });
      onward.on('drain', () => socket.resume());
      socket.on('end', () => onward.end());
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on counts from 0, and calls back once at that number. */
  expect(bytes: number, then: () => void): void {
    this.upBytes = 0;
    this.#at = bytes;
    this.#then = then;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #count(bytes: number): void {
    this.upBytes += bytes;
    if (this.upBytes < this.#at) return;
    this.#at = Number.POSITIVE_INFINITY;
    this.#then();
  }
}

/** Uploads of one tree to a platform that writes it out, each cut at one point. */
export class CutUploads {
  readonly #folder: string;
  readonly #tree: string;
  readonly #proxy: CountingProxy;
  #server: Server;
  #url = '';
  /** Bytes that go up when nothing is cut. */
  #cleanBytes = 0;

  private constructor(folder: string, tree: string, server: Server) {
    this.#folder = folder;
    this.#tree = tree;
    this.#server = server;
    this.#proxy = new CountingProxy(() => this.#server.port);
  }

  static async start(folder: string, tree: string): Promise<CutUploads> {
    const uploads = new CutUploads(folder, tree, await Server.start(folder, { materialise: true }));
    uploads.#url = await uploads.#proxy.listen();
    uploads.#proxy.expect(Number.POSITIVE_INFINITY, () => undefined);
    await endOfUpload(startUpload(uploads.#url, 'clean', tree));
    uploads.#cleanBytes = uploads.#proxy.upBytes;
    await uploads.#check('clean');
    return uploads;
  }

  /**
   * Uploads the tree as an app of its own, cuts at a share (0 to 1) of what has to go up, goes on until it
   * is done, and checks what came of it.
   * @returns bytes that went up more than without the cut
   */
  async cutAt(app: string, share: number, cut: Cut): Promise<number> {
    let client: ChildProcess = startUpload(this.#url, app, this.#tree);
    let restarted: Promise<unknown> = Promise.resolve();
    const happened = Promise.withResolvers<void>();
    this.#proxy.expect(Math.floor(share * this.#cleanBytes), () => {
      if (cut === 'connection') this.#proxy.cut();
      if (cut === 'client') client.kill('SIGKILL');
      if (cut === 'platform') restarted = this.#restart();
      happened.resolve();
    });
    while ((await endOfUpload(client)) === null) client = startUpload(this.#url, app, this.#tree);
    await Promise.all([restarted, happened.promise]);
    const moreBytes = this.#proxy.upBytes - this.#cleanBytes;
    const { manifestBytes, largestPack } = await this.#check(app);
    const most = LANES * largestPack + 2 * manifestBytes;
    assert.ok(
      moreBytes <= most,
      `${moreBytes} bytes went up again after a cut of the ${cut}, at most ${most}`,
    );
    return moreBytes;
  }

  async close(): Promise<void> {
    this.#proxy.close();
    await this.#server.kill();
  }

  async #restart(): Promise<void> {
    const { port } = this.#server;
    await this.#server.kill();
    this.#server = await Server.start(this.#folder, { port, materialise: true });
  }

  /** The tree is the same, and no content came to the disk twice. */
  async #check(app: string): Promise<{ manifestBytes: number; largestPack: number }> {
    const written = join(this.#folder, 'trees', app);
    const newest = Math.max(...readdirSync(written).map(Number));
    const { entries } = await scanTree(this.#tree);
    const found = new Set(readdirSync(join(written, String(newest)), { recursive: true, encoding: 'utf8' }));
    for (const { path } of entries) {
      const [from, to] = [join(this.#tree, path), join(written, String(newest), path)];
      const [source, target] = [lstatSync(from), lstatSync(to)];
      assert.equal(target.mode & 0o170_100, source.mode & 0o170_100, `kind and mode of ${path}`);
      if (source.isSymbolicLink()) assert.equal(readlinkSync(to), readlinkSync(from), path);
      else if (source.isFile()) assert.ok(readFileSync(to).equals(readFileSync(from)), `content of ${path}`);
      found.delete(path);
      for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        found.delete(path.slice(0, slash));
      }
    }
    assert.deepEqual([...found], [], 'nothing else is in the tree');
    const packs = join(this.#folder, 'blobs', `app_${app}`);
    let content = 0;
    let packBytes = 0;
    let largestPack = 0;
    for (const name of readdirSync(packs)) {
      const pack = readFileSync(join(packs, name));
      const chunks = pack.readUInt32LE(8);
      for (let at = 0; at < chunks; at += 1) content += pack.readUInt32LE(12 + 4 * at);
      packBytes += pack.length;
      largestPack = Math.max(largestPack, pack.length);
    }
    const unique = new Map<string, number>();
    for (const entry of entries) {
      if (entry.type !== 'file' || entry.size === 0) continue;
      const path = join(this.#tree, entry.path);
      unique.set(readFileSync(path, 'latin1'), statSync(path).size);
    }
    const expected = [...unique.values()].reduce((sum, size) => sum + size, 0);
    assert.equal(content, expected, 'each content was stored once');
    return { manifestBytes: Math.max(0, this.#cleanBytes - packBytes) + 4096, largestPack };
  }
}
