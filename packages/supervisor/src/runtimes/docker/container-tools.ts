import { existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where rig's own programs are in a container; no image has this name. */
const TARGET = '/.rig';
const LIBRARY = /\.so(?:\.\d+)*$/;
/** The program that puts a program and its libraries together: `ld-linux-x86-64.so.2`, `ld-musl-x86_64.so.1`. */
const LOADER = /^ld-/;
const ARCHIVE = '@rig-ops/archive';
/** Of which the archive uses files that need nothing else. */
const LEAVES = new Set(['@rig-ops/contract']);

export interface ContainerTools {
  /** What of this machine is shown where. */
  readonly shown: readonly { source: string; target: string }[];
  /** The command of a program that runs in any Linux image of this architecture. */
  inside(args: readonly string[]): string[];
  /** The command that copies files, as `@rig-ops/archive` says. */
  archive(told: object): string[];
  /** What those commands need in their environment: nothing of what the app has set for its own Node. */
  readonly environment: readonly string[];
}

export interface ContainerToolsOptions {
  /** Folder of the platform for it. */
  folder: string;
  /** Node with its arguments. */
  node: string;
  nodeArguments: readonly string[];
  version: string;
}

/**
 * Gathers what rig runs inside of containers in a folder: its own Node with the libraries and the loader it runs with
 * here, so that nothing is needed of an image.
 */
export async function gatherTools(options: ContainerToolsOptions): Promise<ContainerTools> {
  const { folder, version, nodeArguments } = options;
  const node = realpathSync(options.node);
  const main = fileURLToPath(
    import.meta.resolve('./inside/main.ts'.replace('.ts', extname(import.meta.url))),
  );
  const archive = fileURLToPath(import.meta.resolve(`${ARCHIVE}/main`));
  const libraries = librariesOfNode();
  const key = await keyOf([version, node, String(statSync(node).mtimeMs), archive], main);
  const source = join(folder, key);
  if (!existsSync(source)) await make(source, { main, libraries });
  const loader = libraries.map((path) => basename(path)).find((name) => LOADER.test(name));
  const lib = `${TARGET}/lib`;
  const start =
    loader === undefined
      ? [`${TARGET}/bin/node`]
      : [`${lib}/${loader}`, '--library-path', lib, `${TARGET}/bin/node`];
  const archivePackage = findPackage(ARCHIVE, import.meta.dirname);
  const archiveMain = join(
    TARGET,
    'packages',
    flat(ARCHIVE),
    relative(archivePackage, realpathSync(archive)),
  );
  return {
    shown: [
      { source, target: TARGET },
      { source: node, target: `${TARGET}/bin/node` },
    ],
    inside: (args) => [...start, ...nodeArguments, `${TARGET}/${basename(main)}`, ...args],
    archive: (told) => [...start, ...nodeArguments, archiveMain, JSON.stringify(told)],
    environment: ['NODE_OPTIONS=', 'NODE_EXTRA_CA_CERTS=', 'LD_PRELOAD=', 'LD_LIBRARY_PATH='],
  };
}

/** What this very process runs with, as the loader has found it. */
function librariesOfNode(): string[] {
  const report = process.report.getReport() as { sharedObjects?: string[] };
  const all = (report.sharedObjects ?? []).filter((path) => path.startsWith(sep) && LIBRARY.test(path));
  return [...new Map(all.map((path) => [basename(path), path])).values()];
}

async function keyOf(parts: readonly string[], main: string): Promise<string> {
  const hash = createHash('sha256')
    .update(parts.join('\0'))
    .update(await readFile(main));
  return hash.digest('hex').slice(0, 16);
}

async function make(
  place: string,
  { main, libraries }: { main: string; libraries: readonly string[] },
): Promise<void> {
  const fresh = `${place}.${randomUUID()}`;
  try {
    for (const name of ['bin', 'lib', 'packages', 'node_modules'])
      await mkdir(join(fresh, name), { recursive: true });
    // Programs of apps may have any uid; the folder above keeps those of this machine out.
    await copyFile(main, join(fresh, basename(main)));
    // Where the program itself is shown.
    await writeFile(join(fresh, 'bin', 'node'), '');
    for (const path of libraries) {
      const copy = join(fresh, 'lib', basename(path));
      await copyFile(realpathSync(path), copy);
      await chmod(copy, 0o755);
    }
    await addPackage(fresh, ARCHIVE, import.meta.dirname);
    await open(fresh);
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Somebody else was faster.
    if (!existsSync(place)) throw error;
  }
}

/** With all that it needs. They lie beside `node_modules`, where Node takes sources as they are. */
async function addPackage(place: string, name: string, from: string): Promise<void> {
  const copy = join(place, 'packages', flat(name));
  if (existsSync(copy)) return;
  const folder = findPackage(name, from);
  await cp(folder, copy, {
    recursive: true,
    filter: (path) =>
      !relative(folder, path).split(sep).includes('node_modules') && !path.endsWith('.test.ts'),
  });
  const named = join(place, 'node_modules', name);
  await mkdir(dirname(named), { recursive: true });
  await symlink(relative(dirname(named), copy), named);
  if (LEAVES.has(name)) return;
  const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const needed of Object.keys(dependencies)) await addPackage(place, needed, folder);
}

function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
    if (dirname(folder) === folder) throw new Error(`the package ${name} is not there`);
  }
}

/** Everybody may read: a supervisor makes files for itself alone. */
async function open(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) await chmod(path, 0o755);
  }
  await chmod(folder, 0o755);
}

const flat = (name: string): string => name.replace('/', '+');
