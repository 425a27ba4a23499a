import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import { withoutCredentials } from '@rig-ops/contract/without-credentials';
import { findSource } from '../find-source.ts';
import type { PhaseReport } from '../phases.ts';
import { type GitAddress, parseGitAddress } from './git/git-address.ts';
import { gitStateOfFolder } from './git/git-state-of-folder.ts';
import type { OpenedSource } from './opened-source.ts';
import { makePrivateFolder } from './private-folder.ts';
import { parseSourceFolder, requireSourceFolder } from './source-folder.ts';

export interface SourceRequest {
  cwd: string;
  /** The argument. */
  path: string | undefined;
  from: string | undefined;
  ref: string | undefined;
  /** --path */
  folder: string | undefined;
  stdin: Readable & { isTTY?: boolean };
  signal: AbortSignal;
  /** Wraps what takes long, with a title for people. */
  phase: (title: string, run: (report: PhaseReport) => Promise<string>) => Promise<void>;
}

type Opened = Omit<OpenedSource, 'folder' | 'describe' | 'close'> & {
  describe: (folder: string, isDeployed: (path: string) => boolean) => ReturnType<OpenedSource['describe']>;
};

/**
 * Brings what is to be deployed into a folder: as it is, of a commit, out of an archive or from elsewhere.
 * @throws RigError whose code tells what is wrong with it; nothing is left behind then
 */
export async function openSource(request: SourceRequest): Promise<OpenedSource> {
  const { from, path, ref } = request;
  const folder = parseSourceFolder(request.folder ?? '.');
  if (from !== undefined && path !== undefined)
    throw new RigError('usage', 'A folder and --from are two sources; one can be deployed.', {
      hint: `Leave out ${path}, or --from. A folder inside the source is named by --path.`,
    });
  if (from === undefined && ref === undefined) {
    const opened = await openFolder(request);
    await requireSourceFolder(opened.root, folder);
    return seal(opened, folder, () => undefined);
  }
  const own = makePrivateFolder();
  try {
    const opened =
      from === undefined
        ? await openLocalRef(request, own.path)
        : await openFrom(request, from, own.path, folder);
    await requireSourceFolder(opened.root, folder);
    return seal(opened, folder, () => own.remove());
  } catch (error) {
    own.remove();
    throw error;
  }
}

const seal = (opened: Opened, folder: string, close: () => void): OpenedSource => ({
  ...opened,
  folder,
  describe: (isDeployed) => opened.describe(folder, isDeployed),
  close,
});

async function openFolder({ cwd, path, signal }: SourceRequest): Promise<Opened> {
  const root = await findSource(cwd, path);
  const notes: string[] = [];
  return {
    root,
    from: null,
    name: null,
    isExact: false,
    notes,
    describe: async (folder, isDeployed) => {
      const { git, note } = await gitStateOfFolder(root, isDeployed, signal);
      if (note !== null) notes.push(note);
      return { kind: 'folder', from: null, root: folder, git };
    },
  };
}

async function openLocalRef(
  { cwd, path, phase, ref = '', signal }: SourceRequest,
  into: string,
): Promise<Opened> {
  const { openRef } = await import('./git/open-ref.ts');
  const at = await findSource(cwd, path);
  let commit: Awaited<ReturnType<typeof openRef>> | undefined;
  await phase(`Taking ${ref} out of ${at}`, async () => {
    commit = await openRef(at, ref, { into, signal });
    return `Took out ${commit.git.commit.slice(0, 12)}, ${commit.git.subject}`;
  });
  const { git, notes, tree } = known(commit);
  const describe = async (folder: string) => ({ kind: 'git' as const, from: null, root: folder, git });
  return { root: tree, from: ref, name: basename(at), isExact: true, notes, describe };
}

async function openFrom(request: SourceRequest, from: string, into: string, folder: string): Promise<Opened> {
  if (from === '-') return await openArchive(request, null, into, folder);
  const file = resolve(request.cwd, from);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() === true) {
    if (request.ref !== undefined)
      throw new RigError('usage', '--ref names a commit, and an archive has none.', {
        hint: 'Leave out --ref.',
      });
    return await openArchive(request, file, into, folder);
  }
  const [path = from, ref] = from.split('#');
  if (await isRepository(resolve(request.cwd, path)))
    return await openAddress(request, parseRepositoryFolder(resolve(request.cwd, path), ref), into);
  if (found?.isDirectory() === true)
    throw new RigError('source_not_found', `${from} is a folder, and no git repository.`, {
      hint: `Deploy it with \`rig deploy ${from}\`.`,
    });
  const isDownload = /^https?:\/\/[^#]*\.(?:tar|tgz|tar\.\w+|zip)(?:[?#].*)?$/i.test(from);
  if (isDownload)
    throw new RigError(
      'usage',
      `${withoutCredentials(from)} is an archive elsewhere, which rig does not download.`,
      {
        hint: 'Download it on the way: `curl -fL ADDRESS | rig deploy --from -`.',
      },
    );
  const address = parseGitAddress(from);
  if (address !== null) return await openAddress(request, address, into);
  throw new RigError('source_not_found', `${from} is neither a file nor the address of a git repository.`);
}

/** A repository on this machine: a folder with `.git`, or a bare one. */
async function isRepository(path: string): Promise<boolean> {
  const is = async (name: string) => (await stat(join(path, name)).catch(() => null)) !== null;
  return (await is('.git')) || ((await is('HEAD')) && (await is('objects')));
}

const parseRepositoryFolder = (path: string, ref: string | undefined): GitAddress => ({
  address: path,
  ref: ref === undefined || ref === '' ? null : ref,
  credentials: null,
  name: basename(path).replace(/\.git$/, ''),
});

async function openAddress(request: SourceRequest, given: GitAddress, into: string): Promise<Opened> {
  const { phase, ref, signal } = request;
  if (ref !== undefined && given.ref !== null && ref !== given.ref)
    throw new RigError('usage', `--from names ${given.ref} and --ref names ${ref}; one can be deployed.`);
  const [{ fetchRepository }, { checkOut }, { describeCommit }] = await Promise.all([
    import('./git/fetch-repository.ts'),
    import('./git/check-out.ts'),
    import('./git/describe-commit.ts'),
  ]);
  const address = { ...given, ref: given.ref ?? ref ?? null };
  const done: { opened?: Opened } = {};
  await phase(`Fetching ${address.address}`, async () => {
    const { branch, commit, env, gitDir } = await fetchRepository(address, { folder: into, signal });
    const facts = await describeCommit(commit, { cwd: gitDir, signal, env: { GIT_DIR: gitDir } });
    const { notes, tree } = await checkOut({ gitDir, commit, below: '', folder: into, env, signal });
    const git = { ...facts, ref: address.ref, branch, dirty: false, remote: address.address };
    const describe = async (folder: string) => ({
      kind: 'git' as const,
      from: address.address,
      root: folder,
      git,
    });
    done.opened = { root: tree, from: address.address, name: address.name, isExact: true, notes, describe };
    return `Fetched ${facts.commit.slice(0, 12)}, ${facts.subject}`;
  });
  return known(done.opened);
}

async function openArchive(
  { phase, signal, stdin }: SourceRequest,
  file: string | null,
  into: string,
  folder: string,
): Promise<Opened> {
  if (file === null && stdin.isTTY === true)
    throw new RigError('usage', '--from - reads an archive from stdin, and that is a terminal.', {
      hint: 'Pipe one in: `git archive HEAD | rig deploy --from -`.',
    });
  const [{ unpackArchive }, { findTopFolder }, { formatBytes }] = await Promise.all([
    import('./archive/unpack-archive.ts'),
    import('./top-folder.ts'),
    import('@rig-ops/kit/text'),
  ]);
  const shown = file === null ? 'The archive on stdin' : basename(file);
  const done: { opened?: Opened } = {};
  await phase(`Unpacking ${file === null ? 'what comes from stdin' : file}`, async (report) => {
    const onProgress = (bytes: number) => report.progress(`${formatBytes(bytes)} read`);
    const { entries, tree } = await unpackArchive({
      from: file ?? stdin,
      shown,
      folder: into,
      signal,
      onProgress,
    });
    // A folder that --path names is looked for from the top first.
    const top = folder !== '.' && entries.has(folder) ? null : findTopFolder(entries);
    const notes =
      top === null ? [] : [`${shown} has one folder at its top, ${top}/; what is in it is deployed.`];
    const source = { kind: 'archive' as const, from: file === null ? '-' : basename(file), git: null };
    done.opened = {
      root: top === null ? tree : join(tree, top),
      from: file ?? 'stdin',
      name: top ?? (file === null ? null : basename(file).replace(/\.(?:tar(?:\.\w+)?|tgz|zip)$/i, '')),
      isExact: true,
      notes,
      describe: async (root) => ({ ...source, root }),
    };
    const files = [...entries.values()].filter((kind) => kind === 'file').length;
    return `Unpacked ${files} ${files === 1 ? 'file' : 'files'}`;
  });
  return known(done.opened);
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A source was opened without a result');
  return value;
}
