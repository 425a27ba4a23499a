import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { withFileLock, writeFileAtomically } from '@rig-ops/client/files';
import { RigError } from '@rig-ops/contract/errors';
import type { PluginRecord } from './plugin-record.ts';

/** Two installs at once: the second waits for the first, which may fetch much over a slow line. */
const PATIENCE_MS = 10 * 60_000;

/**
 * The plugins of a user, in one folder:
 *
 * - `rig-plugins.lock`: what is installed. Replaced in one step; until then an install has changed nothing.
 * - `package.json`: what oclif loads of it, made from the lock and from the policy.
 * - `packages/<name>-<version>-<random>`: a plugin with its dependencies, apart from all others.
 * - `.npmrc`: settings of the user for npm, for example the registry of a scope.
 */
export class PluginStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get lockPath(): string {
    return join(this.folder, 'rig-plugins.lock');
  }

  get viewPath(): string {
    return join(this.folder, 'package.json');
  }

  get packages(): string {
    return join(this.folder, 'packages');
  }

  /** The plugins by name. Throws `config_unreadable` when the lock is not what rig wrote. */
  read(): PluginRecord[] {
    const text = readIfThere(this.lockPath);
    const records = text === undefined ? {} : parseLock(text, this.lockPath);
    return [...this.#adopted(records), ...Object.values(records)].toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  }

  find(name: string): PluginRecord | undefined {
    return this.read().find((record) => record.name === name);
  }

  rootOf({ folder, name }: Pick<PluginRecord, 'folder' | 'name'>): string {
    return isAbsolute(folder) ? folder : join(this.folder, folder, 'node_modules', name);
  }

  /** Runs `work` while no other process changes the plugins; says so when it has to wait. */
  async change<T>(signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const waiting = setTimeout(onWait, 500);
    const options = { patienceMs: PATIENCE_MS, signal };
    return await withFileLock(join(this.folder, '.changing'), options, async () => {
      clearTimeout(waiting);
      await this.#sweep();
      return await work();
    }).finally(() => clearTimeout(waiting));
  }

  /** A folder to install into; nothing knows of it until a record that names it is written. */
  async stage(): Promise<string> {
    await mkdir(this.packages, { recursive: true, mode: 0o700 });
    const folder = join(this.packages, `new-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { mode: 0o700 });
    // npm reads the settings of the folder it works in.
    const settings = join(this.folder, '.npmrc');
    if (existsSync(settings)) await cp(settings, join(folder, '.npmrc'));
    return folder;
  }

  /** The step that changes which plugins there are. */
  async write(records: readonly PluginRecord[]): Promise<void> {
    const plugins = Object.fromEntries(
      records.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((record) => [record.name, record]),
    );
    await writeFileAtomically(this.lockPath, `${JSON.stringify({ lockfileVersion: 1, plugins }, null, 2)}\n`);
  }

  /** Makes oclif load these plugins and no others. */
  async writeView(records: readonly PluginRecord[]): Promise<void> {
    const plugins = records.map((record) => ({
      name: record.name,
      type: record.source.kind === 'link' ? 'link' : 'user',
      root: this.rootOf(record),
      ...(record.source.kind === 'link' ? {} : { tag: record.version }),
    }));
    const view = { private: true, oclif: { schema: 1, plugins } };
    await writeFileAtomically(this.viewPath, `${JSON.stringify(view, null, 2)}\n`);
  }

  /** Takes plugins out of what oclif loads, which counts for those that rig has not written itself. */
  async forgetView(names: ReadonlySet<string>): Promise<void> {
    await this.writeView(this.read().filter(({ name }) => !names.has(name)));
  }

  /**
   * Removes what no record names: what a killed install left, and versions replaced by an earlier
   * change. Those replaced by the present one stay until the next, since commands may be running from them.
   */
  async #sweep(): Promise<void> {
    const used = new Set(this.read().map(({ folder }) => folder.split(/[\\/]/)[1]));
    const there = existsSync(this.packages) ? await readdir(this.packages) : [];
    for (const name of there) {
      if (!used.has(name)) await rm(join(this.packages, name), { recursive: true, force: true });
    }
  }

  /** Plugins that something else than rig wrote for oclif to load: they count as linked folders. */
  #adopted(known: Record<string, PluginRecord>): PluginRecord[] {
    const text = readIfThere(this.viewPath);
    if (text === undefined) return [];
    const view = parseJson(text, this.viewPath) as { oclif?: { plugins?: unknown } };
    const entries = Array.isArray(view.oclif?.plugins) ? (view.oclif.plugins as unknown[]) : [];
    return entries.flatMap((entry) => {
      const { name, root, type } = (typeof entry === 'string' ? { name: entry } : entry) as {
        name?: unknown;
        root?: unknown;
        type?: unknown;
      };
      if (typeof name !== 'string' || known[name] !== undefined) return [];
      // Written by rig itself, and removed since.
      if (typeof root === 'string' && type === 'user' && root.startsWith(this.packages)) return [];
      const folder = typeof root === 'string' ? root : join(this.folder, 'node_modules', name);
      return [adopt(name, folder)];
    });
  }
}

function adopt(name: string, folder: string): PluginRecord {
  return {
    name,
    version: adoptedVersion(folder),
    source: { kind: 'link', spec: folder, wanted: null },
    integrity: null,
    content: null,
    folder,
    permissions: [],
    scriptsRun: [],
    signature: null,
    installedAt: new Date(0).toISOString(),
  };
}

/** A plugin that is broken has to be known all the same, to be uninstalled. */
function adoptedVersion(folder: string): string {
  try {
    const { version } = JSON.parse(readIfThere(join(folder, 'package.json')) ?? '{}') as {
      version?: unknown;
    };
    return typeof version === 'string' ? version : '0.0.0';
  } catch {
    return '0.0.0';
  }
}

export function parseLock(text: string, path: string): Record<string, PluginRecord> {
  const { lockfileVersion, plugins } = parseJson(text, path) as {
    lockfileVersion?: unknown;
    plugins?: unknown;
  };
  if (lockfileVersion !== 1 || typeof plugins !== 'object' || plugins === null) {
    throw new RigError('config_unreadable', `${path} is no lock of this version of rig.`, {
      hint: 'Move it away and install the plugins again, or update rig.',
    });
  }
  return plugins as Record<string, PluginRecord>;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RigError('config_unreadable', `${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
