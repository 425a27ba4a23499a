import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 20_000;
const END_MS = 10_000;

/** Whom a registry of tests lets in. */
export const REGISTRY_USER = { username: 'ann', password: 'sesame-open-7' } as const;
/** Of that password. */
const HASH = '$2b$04$wgnsBuO6D3xRWRMwHireBeGw9mSrNlnW37DaL5rb43nXBYq.8yBoK';

export interface ImageRegistryOptions {
  /** How it wants to know who asks; nobody has to say when absent. */
  auth?: 'password' | 'token';
  /** Whether nothing is to be pushed to it. */
  readOnly?: boolean;
  /** Folder that it keeps everything in; one of its own when absent. */
  storage?: string;
}

/** Debian's docker-registry, with a folder and a port of its own on loopback, and no service of the system. */
export class ImageRegistry {
  readonly folder: string;
  readonly #options: ImageRegistryOptions;
  readonly #realm: TokenRealm | null;
  #child: ChildProcess | null = null;
  #port = 0;

  private constructor(folder: string, options: ImageRegistryOptions, realm: TokenRealm | null) {
    this.folder = folder;
    this.#options = options;
    this.#realm = realm;
  }

  /** Null where the system has none. */
  static async start(options: ImageRegistryOptions = {}): Promise<ImageRegistry | null> {
    if (spawnSync('docker-registry', ['--version']).error !== undefined) return null;
    const folder = mkdtempSync(join(tmpdir(), 'rig-registry-'));
    const realm = options.auth === 'token' ? await TokenRealm.start(folder) : null;
    const registry = new ImageRegistry(folder, options, realm);
    await registry.run();
    return registry;
  }

  /** As images are named: host and port. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Starts it, the second time at the same port. */
  async run(readOnly = this.#options.readOnly ?? false): Promise<void> {
    const from = this.#port === 0 ? 0 : this.log.length;
    const config = join(this.folder, 'config.yml');
    writeFileSync(config, this.#config(readOnly));
    writeFileSync(join(this.folder, 'users'), `${REGISTRY_USER.username}:${HASH}\n`);
    const log = openSync(join(this.folder, 'log'), 'a');
    const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', log, log] });
    this.#child = child;
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(20)) {
      const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(this.log.slice(from)) ?? [];
      if (port !== undefined) {
        this.#port = Number(port);
        return;
      }
      if (child.exitCode !== null) break;
    }
    throw new Error(`docker-registry did not start: ${this.log.slice(-2000)}`);
  }

  /** Ends it; what it has stays. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await Promise.race([once(child, 'exit'), sleep(END_MS, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    await this.end();
    await this.#realm?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file as `docker login` writes it. */
  credentials(password: string = REGISTRY_USER.password): string {
    const path = join(
      this.folder,
      `docker-config-${password === REGISTRY_USER.password ? 'good' : 'bad'}.json`,
    );
    const auth = Buffer.from(`${REGISTRY_USER.username}:${password}`).toString('base64');
    writeFileSync(path, JSON.stringify({ auths: { [this.host]: { auth } } }), { mode: 0o600 });
    return path;
  }

  /** Puts something there as a client does, without a daemon. @returns its digest */
  async putBlob(repository: string, bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    const begun = await this.#ask(repository, 'POST', 'blobs/uploads/');
    const place = new URL(begun.headers.get('location') ?? '', `http://${this.host}`);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const stored = await this.#ask(repository, 'PUT', place.href, { body: bytes, headers });
    if (stored.status !== 201) throw new Error(`the registry answers with ${stored.status}`);
    return digest;
  }

  /** @returns its digest */
  async putManifest(
    repository: string,
    version: string | null,
    manifest: { mediaType: string; [name: string]: unknown },
  ): Promise<string> {
    const body = Buffer.from(JSON.stringify(manifest));
    const digest = digestOf(body);
    const headers = { 'content-type': manifest.mediaType };
    const stored = await this.#ask(repository, 'PUT', `manifests/${version ?? digest}`, { body, headers });
    if (stored.status !== 201)
      throw new Error(`the registry answers with ${stored.status}: ${await stored.text()}`);
    return digest;
  }

  /** An image of one layer that nobody unpacks. @returns its digest */
  async putImage(
    repository: string,
    version: string | null,
    config: { os?: string; architecture?: string; config?: object } = {},
  ): Promise<{ digest: string; size: number; id: string }> {
    const layer = Buffer.from(`layer ${randomUUID()}`);
    const text = Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        rootfs: { type: 'layers', diff_ids: [] },
        ...config,
      }),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: await this.putBlob(repository, text),
        size: text.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: await this.putBlob(repository, layer),
          size: layer.length,
        },
      ],
    };
    const digest = await this.putManifest(repository, version, manifest);
    return { digest, size: Buffer.byteLength(JSON.stringify(manifest)), id: digestOf(text) };
  }

  /** Null where there is none. */
  async digestOf(repository: string, version: string): Promise<string | null> {
    const answer = await this.#ask(repository, 'HEAD', `manifests/${version}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    return answer.status === 200 ? answer.headers.get('docker-content-digest') : null;
  }

  async tagsOf(repository: string): Promise<string[]> {
    const answer = await this.#ask(repository, 'GET', 'tags/list');
    if (answer.status !== 200) return [];
    return ((await answer.json()) as { tags: string[] | null }).tags ?? [];
  }

  async delete(repository: string, digest: string): Promise<void> {
    await this.#ask(repository, 'DELETE', `manifests/${digest}`);
  }

  async #ask(
    repository: string,
    method: string,
    path: string,
    { body, headers = {} }: { body?: Buffer; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const url = path.startsWith('http:') ? path : `http://${this.host}/v2/${repository}/${path}`;
    const { password, username } = REGISTRY_USER;
    const authorization =
      this.#realm === null
        ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
        : `Bearer ${this.#realm.tokenFor(repository, ['pull', 'push', 'delete'])}`;
    return await fetch(url, {
      method,
      headers: { authorization, ...headers },
      ...(body && { body: new Uint8Array(body) }),
    });
  }

  #config(readOnly: boolean): string {
    const { auth, storage = join(this.folder, 'data') } = this.#options;
    mkdirSync(storage, { recursive: true });
    const users = join(this.folder, 'users');
    return JSON.stringify({
      version: 0.1,
      log: { level: 'info', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: storage },
        delete: { enabled: true },
        maintenance: { readonly: { enabled: readOnly }, uploadpurging: { enabled: false } },
      },
      http: { addr: `127.0.0.1:${this.#port}`, secret: 'of this registry alone' },
      ...(auth === 'password' ? { auth: { htpasswd: { realm: 'rig', path: users } } } : {}),
      ...(this.#realm === null ? {} : { auth: { token: this.#realm.settings } }),
    });
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What gives out tokens for a registry (distribution/spec/auth/jwt); it knows one user, and one token that refreshes. */
class TokenRealm {
  static readonly issuer = 'rig-test';
  static readonly service = 'registry of a test';
  readonly #key: KeyObject;
  readonly #certificate: string;
  readonly #bundle: string;
  readonly #server: Server;

  private constructor(key: KeyObject, bundle: string, server: Server) {
    this.#key = key;
    this.#bundle = bundle;
    this.#certificate = readFileSync(bundle, 'utf8').replace(/-----[A-Z ]+-----|\s/g, '');
    this.#server = server;
  }

  static async start(folder: string): Promise<TokenRealm> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [keyFile, bundle] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    spawnSync('openssl', [
      'req',
      '-x509',
      '-new',
      '-key',
      keyFile,
      '-subj',
      '/CN=rig-test',
      '-days',
      '2',
      '-out',
      bundle,
    ]);
    const server = createServer();
    const realm = new TokenRealm(privateKey, bundle, server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://127.0.0.1');
        const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
        const token = realm.#answer(request.headers.authorization ?? '', url.searchParams, form);
        response.writeHead(token === null ? 401 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(token === null ? { errors: [] } : { token, expires_in: 60 }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return realm;
  }

  get settings(): object {
    return {
      realm: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`,
      service: TokenRealm.service,
      issuer: TokenRealm.issuer,
      rootcertbundle: this.#bundle,
    };
  }

  tokenFor(repository: string, actions: string[]): string {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: TokenRealm.issuer,
      sub: REGISTRY_USER.username,
      aud: TokenRealm.service,
      exp: seconds + 120,
      nbf: seconds - 30,
      iat: seconds,
      jti: randomUUID(),
      access: [{ type: 'repository', name: repository, actions }],
    };
    const text = `${encode({ typ: 'JWT', alg: 'RS256', x5c: [this.#certificate] })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(this.#key, 'base64url')}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(authorization: string, query: URLSearchParams, form: URLSearchParams): string | null {
    const { password, username } = REGISTRY_USER;
    const known = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const isRefresh =
      form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === REFRESH_TOKEN;
    if (authorization !== known && !isRefresh) return null;
    const [, repository = '', actions = ''] =
      /^repository:(.+):([a-z,*]+)$/.exec(query.get('scope') ?? form.get('scope') ?? '') ?? [];
    return this.tokenFor(repository, actions.split(','));
  }
}

/** What a realm of tests takes in the place of a password. */
export const REFRESH_TOKEN = 'refresh-me-3';
