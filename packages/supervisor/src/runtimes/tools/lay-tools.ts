import { constants, existsSync, realpathSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where rig's own programs are in a container; no image has this name. */
export const TOOLS = '/.rig';
/** The program that puts a program and its libraries together: `ld-linux-x86-64.so.2`, `ld-musl-x86_64.so.1`. */
export const LOADER = /^ld-/;
const LIBRARY = /\.so(?:\.\d+)*$/;
const ARCHIVE = '@rig-ops/archive';
const SERVER = 'sirv-cli';
/** Which carries many connections over one. */
const WIRE = '@rig-ops/wire';
/** Of which the others use files that need nothing else. */
const LEAVES = new Set(['@rig-ops/contract']);

/** Where the loader is, whatever its name on the machine that the tools were laid on; absent for a Node that needs none. */
export const LOADER_NAME = 'ld.so';

/** The program that takes out of an environment what the app has set for its own Node. */
export const ENV_NAME = 'env';
const ENV = '/usr/bin/env';

/** The program for what sessions and connections need in a container. */
export const insideProgram = (): string =>
  fileURLToPath(import.meta.resolve('../docker/inside/main.ts'.replace('.ts', extname(import.meta.url))));

/** It and what it loads when it is needed. */
export async function insideFiles(): Promise<string[]> {
  const folder = dirname(insideProgram());
  const ending = new RegExp(`(?<!\\.test|\\.d)\\${extname(import.meta.url)}$`);
  return (await readdir(folder)).filter((name) => ending.test(name)).map((name) => join(folder, name));
}

/** The program that copies: on this machine, and in a container. */
export function archiveProgram(): { path: string; inside: string } {
  const path = fileURLToPath(import.meta.resolve(`${ARCHIVE}/main`));
  const folder = findPackage(ARCHIVE, import.meta.dirname);
  return { path, inside: join(TOOLS, 'packages', flat(ARCHIVE), relative(folder, realpathSync(path))) };
}

/** The program that serves a folder of files, in a container. */
export const siteServer = `${TOOLS}/packages/${SERVER}/bin.js`;

/** What this very process runs with, as the loader has found it. */
export function librariesOfNode(): string[] {
  const report = process.report.getReport() as { sharedObjects?: string[] };
  const all = (report.sharedObjects ?? []).filter((path) => path.startsWith(sep) && LIBRARY.test(path));
  return [...new Map(all.map((path) => [basename(path), path])).values()];
}

/** Lays everything, with the Node that runs this, into a folder; what is there already is replaced. */
export async function layTools(place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  for (const name of ['bin', 'lib', 'packages', 'node_modules'])
    await rm(join(place, name), { recursive: true, force: true });
  await mkdir(join(place, 'bin'));
  await copyFile(realpathSync(process.execPath), join(place, 'bin', 'node'), constants.COPYFILE_FICLONE);
  await layPrograms(place);
}

/** Lays all but Node itself. */
export async function layPrograms(place: string): Promise<void> {
  const programs = await insideFiles();
  for (const name of ['bin', 'lib', 'packages', 'node_modules'])
    await mkdir(join(place, name), { recursive: true });
  // Programs of apps may have any uid; the folder above keeps those of this machine out.
  for (const path of programs) await copyFile(path, join(place, basename(path)));
  if (existsSync(ENV)) await copyFile(realpathSync(ENV), join(place, 'bin', ENV_NAME));
  for (const path of librariesOfNode()) {
    const copy = join(place, 'lib', basename(path));
    await copyFile(realpathSync(path), copy);
    await chmod(copy, 0o755);
    if (LOADER.test(basename(path))) await symlink(basename(path), join(place, 'lib', LOADER_NAME));
  }
  for (const name of [ARCHIVE, SERVER, WIRE]) await addPackage(place, name, import.meta.dirname);
  for (const name of [...programs.map((path) => basename(path)), 'bin', 'lib', 'packages', 'node_modules'])
    await open(join(place, name));
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

/** What is in it, everybody may read: a supervisor makes files for itself alone. */
async function open(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  if (!(await stat(folder)).isDirectory()) return;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) await chmod(path, 0o755);
  }
}

const flat = (name: string): string => name.replace('/', '+');
