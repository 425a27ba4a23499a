import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { encodeMissing, joinManifest, makeBlock, validateManifest } from '@rig-ops/bundle';
import { BlobStore } from '@rig-ops/bundle/store';
import { FakePackIndex } from '@rig-ops/bundle/testing';
import { RigClient } from '@rig-ops/client';
import type { BundleAnnouncement, BundleLimits, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { ChannelStream, type DeployEventsParams, type LogsParams } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Deploy, DeployEvent } from '@rig-ops/contract/resources';
import { Connection, type OpenRequest, sendRecords } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { makeApp, makeDeploy, makeRelease } from './resources.ts';
import { Script } from './script.ts';

/** One request as it arrived: method and path. */
type Asked = string;
type Answer = unknown;

/**
 * A platform of a test: takes bundles as the real one does, and tells of a deploy what the test scripts.
 */
export class FakePlatform {
  readonly asked: Asked[] = [];
  readonly apps = new Set<string>();
  readonly events = new Script<DeployEvent>();
  readonly buildLog = new Script<string>();
  networks = ['default'];
  /** Bodies of `createDeploy` and `createRollback`, without the ids that the client chose. */
  readonly ordered: unknown[] = [];
  readonly orderIds: (string | undefined)[] = [];
  /** So many orders are taken and never answered. */
  unansweredOrders = 0;
  /** What it takes at most; undefined on one that is too old to say. */
  limits: BundleLimits | undefined;
  /** The deploys there are, newest first. */
  deploys: Deploy[] = [];
  /** What an order is answered with, instead of a deploy that has begun. */
  answerOrder: Deploy | undefined;
  /** What the next `createDeploy` is refused with. */
  refusal: RigError | undefined;
  /** Called before a request is answered. */
  onRequest: (asked: Asked) => void = () => undefined;
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-deploy-'));
  readonly #index = new FakePackIndex();
  readonly blobs = new BlobStore(join(this.folder, 'blobs'), this.#index);
  readonly bundles = new Map<string, BundleManifest>();
  /** Texts of blocks by their digests. */
  readonly #blocks = new Map<string, string>();
  readonly #sockets = new Set<WebSocket>();
  readonly #answering = new Set<Promise<unknown>>();
  readonly #connections: Connection[] = [];
  readonly #http = createServer((request, response) => {
    const answer = async () => {
      const [status, body] = await this.#answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const answered = answer()
      .catch(() => response.destroy())
      .finally(() => this.#answering.delete(answered));
    this.#answering.add(answered);
  });
  #port = 0;

  async listen(): Promise<string> {
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  serveChannels(): void {
    const server = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      const connection = new Connection(messageSocketOfWs(socket), {
        role: 'server',
        onOpen: (request) => void this.#serveChannel(request),
      });
      this.#connections.push(connection);
    });
  }

  /** Waits until all that was asked is answered, also where the client went away. */
  async settled(): Promise<void> {
    await Promise.all(this.#answering);
  }

  /** Content that is stored of an app, in bytes before compression. */
  storedBytes(app: string): number {
    return [...this.#index.places(app).values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Breaks every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Ends as a killed process does; {@link FakePlatform.listen} brings it back at the same address. */
  async kill(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    if (this.#http.listening) await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<[status: number, body: Answer]> {
    const sent = await readBody(request);
    const body = request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(sent) : sent;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const asked = `${request.method} ${url.pathname}`;
    this.asked.push(asked.replaceAll(/[0-9a-f]{64}/g, '*'));
    try {
      this.onRequest(asked);
      return [200, await this.#route(request.method ?? '', url.pathname.split('/').slice(2), body)];
    } catch (error) {
      if (!isRigError(error)) throw error;
      return [error.httpStatus, { error: toErrorDocument(error) }];
    }
  }

  async #route(method: string, path: string[], body: Buffer): Promise<Answer> {
    const json = () => JSON.parse(body.toString()) as Record<string, unknown>;
    const [collection, app = '', part, id = '', verb] = path;
    if (collection === 'limits' && this.limits !== undefined) return { bundle: this.limits };
    if (collection === 'deploys') return this.deploys.find((deploy) => deploy.id === app) ?? this.deploys[0];
    if (collection === 'builds') return { id: app, installFromCache: false };
    if (collection === 'networks')
      return app === '' ? { networks: this.networks.map((name) => ({ name })) } : { name: app };
    if (collection !== 'apps') throw new RigError('route_not_found', path.join('/'));
    if (app === '') {
      if (method === 'GET') return { apps: [...this.apps].map(makeApp), nextCursor: null };
      const { name } = json() as { name: string };
      if (this.apps.has(name))
        throw new RigError('app_exists', `There is an app ${name}.`, {
          details: { suggestion: `${name}-2` },
        });
      this.apps.add(name);
      return makeApp(name);
    }
    if (!this.apps.has(app)) throw new RigError('app_not_found', `There is no app ${app}.`);
    if (part === undefined && method === 'DELETE') return { done: this.apps.delete(app) };
    if (part === undefined) return { ...makeApp(app), processes: [], instances: [], lock: null };
    if (part === 'blocks') return await this.#takeBlocks(app, json() as BundleAnnouncement);
    if (part === 'packs') return { stored: await this.blobs.putPack(app, id, body) };
    if (part === 'bundles' && verb === 'commit') return await this.#commit(app, id);
    if (part === 'bundles') return await this.#announce(app, id, json() as BundleAnnouncement);
    if (part === 'releases' && id === '') return { releases: [makeRelease(app, 1)], nextCursor: null };
    if (part === 'releases') return makeRelease(app, Number(id));
    if (part === 'deploys' && method === 'GET') return { deploys: this.deploys, nextCursor: null };
    if (part === 'deploys' || part === 'rollbacks') return this.#order(app, part, json());
    throw new RigError('route_not_found', path.join('/'));
  }

  #learn({ blocks, entries }: BundleAnnouncement): number[] {
    for (const run of Object.values(entries)) {
      const { digest, text } = makeBlock(run);
      this.#blocks.set(digest, text);
    }
    return [...blocks.keys()].filter((place) => !this.#blocks.has(blocks[place] ?? ''));
  }

  #join({ blocks }: BundleAnnouncement) {
    const joined = joinManifest(blocks.map((digest) => this.#blocks.get(digest) ?? ''));
    validateManifest(joined.manifest);
    return joined;
  }

  async #takeBlocks(app: string, announcement: BundleAnnouncement) {
    const unknownBlocks = this.#learn(announcement);
    if (unknownBlocks.length > 0) return { unknownBlocks, missing: '' };
    const { manifest } = this.#join(announcement);
    return {
      unknownBlocks,
      missing: encodeMissing(manifest, new Set(await this.blobs.missing(app, manifest))),
    };
  }

  async #announce(app: string, id: string, announcement: BundleAnnouncement) {
    const unknownBlocks = this.#learn(announcement);
    if (unknownBlocks.length > 0) return { id, committed: false, unknownBlocks, missing: '' };
    const joined = this.#join(announcement);
    if (joined.id !== id) throw new RigError('invalid_bundle', 'Another digest.');
    this.bundles.set(id, joined.manifest);
    const missing = new Set(await this.blobs.missing(app, joined.manifest));
    const told = encodeMissing(joined.manifest, missing);
    return { id, committed: missing.size === 0, unknownBlocks, missing: told };
  }

  async #commit(app: string, id: string) {
    const manifest = this.bundles.get(id);
    const missing = manifest === undefined ? [] : await this.blobs.missing(app, manifest);
    if (missing.length > 0) throw new RigError('bundle_incomplete', 'Incomplete.', { details: { missing } });
    return { id, committed: true, unknownBlocks: [], missing: '' };
  }

  #order(app: string, part: string, body: unknown): Deploy {
    if (this.refusal !== undefined) throw this.refusal;
    const { guard, ...order } = body as { guard: { id?: string } };
    const { id, ...conditions } = guard;
    this.orderIds.push(id);
    this.ordered.push({ ...order, guard: conditions });
    this.unansweredOrders -= 1;
    if (this.unansweredOrders >= 0) throw new Error('The connection breaks.');
    return this.answerOrder ?? makeDeploy({ app, kind: part === 'deploys' ? 'deploy' : 'rollback' });
  }

  async #serveChannel(request: OpenRequest): Promise<void> {
    const channel = request.accept();
    try {
      await sendRecords(channel, ChannelStream.records, this.#records(request));
      channel.close();
    } catch {
      // The connection was cut, or the client has seen enough.
    }
  }

  async *#records({ kind, params }: OpenRequest): AsyncGenerator<object> {
    if (kind === 'deploy-events') {
      yield* this.events.from((params as DeployEventsParams).after ?? 0);
      return;
    }
    const { after, build } = params as LogsParams;
    let seq = Number(after?.split('.')[1] ?? 0);
    for await (const message of this.buildLog.from(seq)) {
      seq += 1;
      yield { type: 'line', cursor: `1.${seq}`, source: 'build', instance: build, message };
    }
  }

  async close(): Promise<void> {
    this.events.end();
    this.buildLog.end();
    await this.kill();
    // A request whose client went away goes on to its end.
    await Promise.all(this.#answering);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts a platform and a client of it, both of which end with the test. */
export async function startFakePlatform(
  t: TestContext,
): Promise<{ platform: FakePlatform; client: RigClient; rigHome: string }> {
  const platform = new FakePlatform();
  platform.serveChannels();
  const url = await platform.listen();
  const client = new RigClient({ name: 'test', token: 'token', url });
  t.after(async () => {
    await client.close();
    await platform.close();
  });
  return { platform, client, rigHome: platform.folder };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
