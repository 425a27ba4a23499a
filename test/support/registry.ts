import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runServer } from 'verdaccio';
import { collect, repository } from './rig.ts';

/** npm as it comes with rig: the one its plugin commands use. */
const npmCli = join(repository, 'node_modules', 'npm', 'bin', 'npm-cli.js');

export interface Published {
  name: string;
  version: string;
  /** `sha512-…`, as npm computed it when it packed. */
  integrity: string;
}

/**
 * A package registry of its own on loopback: verdaccio, with an empty storage and no registry behind it,
 * so that a name it does not have does not exist. Anybody may publish.
 */
export class Registry {
  readonly folder: string;
  readonly url: string;
  readonly #server: Server;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(join(folder, '.npmrc'), this.npmrc());
  }

  static async start(): Promise<Registry> {
    const folder = mkdtempSync(join(tmpdir(), 'rig-registry-'));
    const open = { access: '$all', publish: '$all', unpublish: '$all' };
    const configPath = join(folder, 'config.yaml');
    const server = (await runServer({
      configPath,
      self_path: configPath,
      storage: join(folder, 'storage'),
      uplinks: {},
      web: { enable: false },
      packages: { '@*/*': open, '**': open },
      auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
      log: { type: 'stdout', level: 'fatal' },
    })) as Server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Registry(folder, server);
  }

  /** Lines of a `.npmrc` that send npm here, for every package or for those of one scope. */
  npmrc(scope?: string): string {
    const { host } = new URL(this.url);
    const key = scope === undefined ? 'registry' : `${scope}:registry`;
    // npm does not publish without a token, and this registry asks for none.
    return `${key}=${this.url}/\n//${host}/:_authToken=anybody\n`;
  }

  /** Environment that makes any npm below a process use this registry, and no settings of this machine. */
  get env(): Record<string, string> {
    return {
      npm_config_userconfig: join(this.folder, '.npmrc'),
      npm_config_globalconfig: join(this.folder, 'no-global-npmrc'),
      npm_config_registry: `${this.url}/`,
      npm_config_cache: join(this.folder, 'cache'),
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    };
  }

  /** Publishes a folder or a packed `.tgz`. */
  async publish(source: string, tag = 'latest'): Promise<Published> {
    const said = await this.npm(['publish', source, '--json', '--ignore-scripts', '--tag', tag]);
    const document = JSON.parse(said) as Partial<Published> & Record<string, Published>;
    // Depending on its version npm puts the name of the package around it.
    const { name, version, integrity } = (
      document.name === undefined ? Object.values(document)[0] : document
    ) as Published;
    return { name, version, integrity };
  }

  /** Writes a package and publishes it. */
  async publishFiles(manifest: { name: string; version: string }, files: Record<string, string> = {}) {
    return await this.publish(this.write(manifest, files));
  }

  /** Writes a package: its package.json and files by path; answers its folder. */
  write(manifest: { name: string; version: string }, files: Record<string, string> = {}): string {
    const root = join(this.folder, 'sources', `${manifest.name}@${manifest.version}`);
    const all = { 'package.json': `${JSON.stringify(manifest, null, 2)}\n`, ...files };
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  }

  /** Packs a folder as npm does; answers the path of the `.tgz`. */
  async pack(source: string): Promise<string> {
    const destination = join(this.folder, 'packed');
    mkdirSync(destination, { recursive: true });
    const said = await this.npm([
      'pack',
      source,
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      destination,
    ]);
    const document = JSON.parse(said) as Record<string, { filename: string }>;
    const packed = Object.values(document)[0];
    if (packed === undefined) throw new Error(`npm packed nothing of ${source}`);
    return join(destination, packed.filename.replace('@', '').replace('/', '-'));
  }

  /** Runs npm against this registry and answers its stdout. */
  async npm(args: string[]): Promise<string> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [npmCli, ...args], {
      cwd: this.folder,
      env: { PATH, HOME: this.folder, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, stdout, stderr } = await collect(child);
    if (code !== 0) throw new Error(`npm ${args.join(' ')} → ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
