import { existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { SITE_SERVER } from '@rig-ops/contract/supervisor-containers';
import { basename, join } from 'node:path';
import {
  archiveProgram,
  insideFiles,
  insideProgram,
  layPrograms,
  librariesOfNode,
  LOADER,
  siteServer,
  TOOLS,
} from '../tools/lay-tools.ts';

export interface ContainerTools {
  /** What of this machine is shown where. */
  readonly shown: readonly { source: string; target: string }[];
  /** The command of a program that runs in any Linux image of this architecture. */
  inside(args: readonly string[]): string[];
  /** The command that copies files, as `@rig-ops/archive` says. */
  archive(told: object): string[];
  /** A command of an app: that of one of rig's own programs where it is named. */
  command(argv: readonly string[]): string[];
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
  const main = insideProgram();
  const archive = archiveProgram();
  const libraries = librariesOfNode();
  const key = await keyOf([version, node, String(statSync(node).mtimeMs), archive.path, siteServer]);
  const source = join(folder, key);
  if (!existsSync(source)) await make(source);
  const loader = libraries.map((path) => basename(path)).find((name) => LOADER.test(name));
  const lib = `${TOOLS}/lib`;
  const start =
    loader === undefined
      ? [`${TOOLS}/bin/node`]
      : [`${lib}/${loader}`, '--library-path', lib, `${TOOLS}/bin/node`];
  return {
    shown: [
      { source, target: TOOLS },
      { source: node, target: `${TOOLS}/bin/node` },
    ],
    inside: (args) => [...start, ...nodeArguments, `${TOOLS}/${basename(main)}`, ...args],
    archive: (told) => [...start, ...nodeArguments, archive.inside, JSON.stringify(told)],
    command: (argv) => {
      const [program, ...args] = argv;
      return program === SITE_SERVER ? [...start, siteServer, ...args] : [...argv];
    },
    environment: ['NODE_OPTIONS=', 'NODE_EXTRA_CA_CERTS=', 'LD_PRELOAD=', 'LD_LIBRARY_PATH='],
  };
}

async function keyOf(parts: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(parts.join('\0'));
  for (const path of await insideFiles()) hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

async function make(place: string): Promise<void> {
  const fresh = `${place}.${randomUUID()}`;
  try {
    // Where the program itself is shown.
    await mkdir(join(fresh, 'bin'), { recursive: true });
    await writeFile(join(fresh, 'bin', 'node'), '');
    await layPrograms(fresh);
    await chmod(fresh, 0o755);
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Somebody else was faster.
    if (!existsSync(place)) throw error;
  }
}
