import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { authOf } from '@rig-ops/contract/docker-auths';
import { isLoopback } from '@rig-ops/contract/loopback';
import { authoritiesOf } from '../../../packages/server/src/features/images/registry/registry-place.ts';
import { librariesOf } from '../docker-daemon.ts';

/** Programs of this machine that every image of a test has. */
const PROGRAMS = ['/bin/sh', '/bin/cat', '/bin/ls', '/usr/bin/id', '/bin/sleep', '/usr/bin/env'];
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** What an image says of itself. */
export interface ImageConfig {
  User?: string;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  ExposedPorts?: Record<string, object>;
  WorkingDir?: string;
}

interface Blob {
  digest: string;
  size: number;
}

/** A registry of images that both this machine and the nodes of the test's cluster reach by the same name. */
export class TestRegistry {
  /** Host and port, and a path that is the test's own. */
  readonly prefix: string;
  readonly host: string;
  readonly #path: string;
  readonly #auth: string | null;
  #base: Promise<Blob> | null = null;

  private constructor(place: string, auth: string | null, own: string) {
    const [host = '', ...path] = place.split('/');
    this.host = host;
    this.#path = [...path, own].filter((part) => part !== '').join('/');
    this.prefix = `${host}/${this.#path}`;
    this.#auth = auth;
  }

  /**
   * Why there is none, for people; else the registry.
   * @param own last part of the path of all its images
   */
  static open(
    env: NodeJS.ProcessEnv = process.env,
    own = `rig-ki-${process.pid.toString(36)}`,
  ): TestRegistry | string {
    const place = env['RIG_TEST_REGISTRY'] ?? '';
    if (place === '')
      return 'no registry of images is given: RIG_TEST_REGISTRY is to name one, as HOST:PORT/PATH, that the nodes reach too';
    const file = env['RIG_TEST_DOCKER_CONFIG'];
    const { auths = {} } =
      file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as { auths?: object });
    return new TestRegistry(place, authOf(auths as never, place.split('/')[0] ?? '')?.auth ?? null, own);
  }

  /** Whether it lets nobody in who does not say who he is. */
  get isPrivate(): boolean {
    return this.#auth !== null;
  }

  /** A file as `docker login` writes it. @param password another one than the right one */
  credentials(folder: string, password?: string): string {
    const [user = ''] = Buffer.from(this.#auth ?? '', 'base64')
      .toString('utf8')
      .split(':');
    const auth = password === undefined ? this.#auth : Buffer.from(`${user}:${password}`).toString('base64');
    const path = join(folder, `docker-config-${password === undefined ? 'right' : 'wrong'}.json`);
    // Those of others are for nobody here.
    const auths = { [this.host]: { auth }, 'registry.invalid': { auth: 'bm90Om91cnM=' } };
    writeFileSync(path, JSON.stringify({ auths }), { mode: 0o600 });
    return path;
  }

  /** Puts an image there as a client does: Node, a shell, and these files. @returns its digest */
  async push(
    name: string,
    { files = {}, config = {} }: { files?: Record<string, string>; config?: ImageConfig } = {},
  ): Promise<string> {
    const [repository = '', tag = 'latest'] = name.split(':');
    const path = `${this.#path}/${repository}`;
    const base = await (this.#base ??= this.#pushBase());
    const own = await this.#pushFolder(path, (root) => {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(join(root, dirname(file)), { recursive: true });
        writeFileSync(join(root, file), content);
      }
    });
    await this.#mount(path, base);
    const text = JSON.stringify({
      os: 'linux',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      config: { ...config, Env: ['PATH=/bin', ...(config.Env ?? [])] },
      rootfs: { type: 'layers', diff_ids: [base.digest, own.digest] },
    });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...(await this.#pushBlob(path, Buffer.from(text))) },
      layers: [base, own].map((blob) => ({ mediaType: LAYER, ...blob })),
    });
    const { status, body } = await this.#ask('PUT', `/v2/${path}/manifests/${tag}`, Buffer.from(manifest), {
      'content-type': MANIFEST,
    });
    if (status !== 201) throw new Error(`the registry answers with ${status}: ${body}`);
    return digestOf(Buffer.from(manifest));
  }

  /** Takes an image away, whatever names it. */
  async remove(repository: string, digest: string): Promise<void> {
    await this.#ask('DELETE', `/v2/${this.#path}/${repository}/manifests/${digest}`);
  }

  #pushBase(): Promise<Blob> {
    return this.#pushFolder(`${this.#path}/base`, (root) => {
      for (const folder of ['bin', 'tmp', 'home/app']) mkdirSync(join(root, folder), { recursive: true });
      for (const path of [process.execPath, ...PROGRAMS]) {
        const program = path === process.execPath ? 'node' : (path.split('/').at(-1) ?? path);
        cpSync(realpathSync(path), join(root, 'bin', program));
        for (const library of librariesOf(path)) {
          mkdirSync(join(root, dirname(library)), { recursive: true });
          cpSync(realpathSync(library), join(root, library));
        }
      }
    });
  }

  async #pushFolder(path: string, fill: (root: string) => void): Promise<Blob> {
    const folder = mkdtempSync(join(tmpdir(), 'rig-image-'));
    try {
      const [root, tar] = [join(folder, 'root'), join(folder, 'layer.tar')];
      mkdirSync(root);
      fill(root);
      const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
      execFileSync('tar', [...fixed, '-C', root, '-cf', tar, '.']);
      return await this.#pushBlob(path, readFileSync(tar));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #pushBlob(path: string, bytes: Buffer): Promise<Blob> {
    const digest = digestOf(bytes);
    const known = await this.#ask('HEAD', `/v2/${path}/blobs/${digest}`);
    if (known.status === 200) return { digest, size: bytes.length };
    const begun = await this.#ask('POST', `/v2/${path}/blobs/uploads/`);
    const url = new URL(begun.headers['location'] ?? '', 'http://here');
    url.searchParams.set('digest', digest);
    const { body, status } = await this.#ask('PUT', `${url.pathname}${url.search}`, bytes, {
      'content-type': 'application/octet-stream',
    });
    if (status !== 201) throw new Error(`the registry answers with ${status}: ${body}`);
    return { digest, size: bytes.length };
  }

  /** A layer of another repository, which is not sent again. */
  async #mount(path: string, { digest }: Blob): Promise<void> {
    const query = new URLSearchParams({ mount: digest, from: `${this.#path}/base` });
    const { body, status } = await this.#ask('POST', `/v2/${path}/blobs/uploads/?${String(query)}`);
    if (status !== 201) throw new Error(`the registry answers with ${status}: ${body}`);
  }

  async #ask(method: string, path: string, bytes?: Buffer, headers: Record<string, string> = {}) {
    const { hostname } = new URL(`http://${this.host}`);
    const isPlain = isLoopback(hostname);
    const ca = isPlain ? undefined : await authoritiesOf(this.host);
    const answered = Promise.withResolvers<import('node:http').IncomingMessage>();
    const asked = (isPlain ? requestPlainly : requestSecurely)(
      `${isPlain ? 'http' : 'https'}://${this.host}${path}`,
      {
        method,
        headers: {
          ...headers,
          ...(this.#auth === null ? {} : { authorization: `Basic ${this.#auth}` }),
          'content-length': String(bytes?.length ?? 0),
        },
        ...(ca === undefined ? {} : { ca }),
      },
      answered.resolve,
    );
    asked.once('error', answered.reject);
    asked.end(bytes);
    const answer = await answered.promise;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  }
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
