import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { load } from 'js-yaml';

export interface KubeconfigChoice {
  /** Path of the file; as `KUBECONFIG` says, or that of kubectl, when absent. */
  file: string | undefined;
  /** That of the file when absent. */
  context: string | undefined;
  /** What a relative path is relative to. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

type Content = Readonly<Record<string, unknown>>;

interface Source {
  readonly path: string;
  readonly content: Content;
}

/** What is a file beside the kubeconfig, and what it is called when it is inside. */
const FILES = {
  cluster: { 'certificate-authority': 'certificate-authority-data' },
  user: { 'client-certificate': 'client-certificate-data', 'client-key': 'client-key-data' },
} as const;

/** What goes along as it is. */
const KEPT = {
  cluster: ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority-data'],
  user: ['token', 'client-certificate-data', 'client-key-data', 'username', 'password'],
} as const;

/**
 * One context of a kubeconfig with everything in it that files beside it have, as JSON, for a platform to keep. It has
 * credentials.
 * @throws RigError `kubeconfig_invalid`, which tells nothing of what is in it
 */
export async function pickContext(choice: KubeconfigChoice): Promise<string> {
  const sources = await Promise.all(pathsOf(choice).map(read));
  const wanted =
    choice.context ?? sources.map(({ content }) => textOf(content['current-context'])).find(Boolean);
  if (wanted === undefined) throw invalid(sources, `it says no current-context${tellContexts(sources)}`);
  const context = find(sources, 'contexts', 'context', wanted);
  if (context === undefined) throw invalid(sources, `it has no context ${wanted}${tellContexts(sources)}`);
  const [clusterName, userName] = [textOf(context.entry['cluster']), textOf(context.entry['user'])];
  const cluster = find(sources, 'clusters', 'cluster', clusterName);
  if (cluster === undefined) throw invalid(sources, `the cluster of its context ${wanted} is not in it`);
  const user = find(sources, 'users', 'user', userName);
  if (user === undefined) throw invalid(sources, `the user of its context ${wanted} is not in it`);
  refusePrograms(user.entry, wanted);
  if (cluster.entry['proxy-url'] !== undefined)
    throw invalid(sources, `${wanted} is reached through a proxy, which the platform does not know`);
  const one = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': wanted,
    clusters: [{ name: clusterName, cluster: await inline(cluster, 'cluster') }],
    users: [{ name: userName, user: await withToken(user, await inline(user, 'user')) }],
    contexts: [{ name: wanted, context: { cluster: clusterName, user: userName } }],
  };
  return JSON.stringify(one);
}

/** As kubectl: the first that says something wins. */
function pathsOf({ cwd, env, file }: KubeconfigChoice): string[] {
  if (file !== undefined) return [resolve(cwd, file)];
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) return named.map((path) => resolve(cwd, path));
  return [join(env.HOME ?? homedir(), '.kube', 'config')];
}

async function read(path: string): Promise<Source> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new RigError('kubeconfig_invalid', `${path} cannot be read: ${code}.`, {
      hint: 'Name the kubeconfig with --kubeconfig FILE.',
      cause,
    });
  }
  try {
    const content = load(text);
    if (isContent(content)) return { path, content };
  } catch {
    // Its error shows lines of the file.
  }
  throw new RigError('kubeconfig_invalid', `${path} is no kubeconfig.`);
}

interface Found {
  readonly source: Source;
  readonly entry: Content;
}

function find(sources: readonly Source[], list: string, part: string, name: string): Found | undefined {
  for (const source of sources) {
    const all = source.content[list];
    for (const each of Array.isArray(all) ? (all as unknown[]) : []) {
      if (isContent(each) && each['name'] === name && isContent(each[part]))
        return { source, entry: each[part] };
    }
  }
  return undefined;
}

/** A program of this machine cannot be run by the platform, and should not be. */
function refusePrograms(user: Content, context: string): void {
  const way = ['exec', 'auth-provider'].find((name) => user[name] !== undefined);
  if (way === undefined) return;
  throw new RigError(
    'kubeconfig_invalid',
    `The user of ${context} gets its credentials from a program (${way}), which the platform does not run.`,
    {
      hint: 'Make a service account for rig, and a context with its token: `kubectl create token NAME --duration 8760h`.',
    },
  );
}

async function inline({ entry, source }: Found, part: 'cluster' | 'user'): Promise<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const name of KEPT[part]) if (entry[name] !== undefined) kept[name] = entry[name];
  for (const [name, inside] of Object.entries(FILES[part])) {
    const path = textOf(entry[name]);
    if (path !== '' && kept[inside] === undefined)
      kept[inside] = (await readBeside(source, path)).toString('base64');
  }
  return kept;
}

async function withToken(
  { entry, source }: Found,
  inlined: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const path = textOf(entry['tokenFile']);
  if (path === '' || inlined['token'] !== undefined) return inlined;
  return { ...inlined, token: (await readBeside(source, path)).toString().trim() };
}

async function readBeside(source: Source, path: string): Promise<Buffer> {
  try {
    return await readFile(resolve(dirname(source.path), path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new RigError(
      'kubeconfig_invalid',
      `${path}, which ${source.path} names, cannot be read: ${code}.`,
      {
        cause,
      },
    );
  }
}

function tellContexts(sources: readonly Source[]): string {
  const names = sources.flatMap(({ content }) => {
    const all = content['contexts'];
    return Array.isArray(all)
      ? (all as unknown[]).flatMap((each) => (isContent(each) ? textOf(each['name']) : []))
      : [];
  });
  return names.length === 0 ? ', and has none' : `; it has ${names.join(', ')}`;
}

const isContent = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const invalid = (sources: readonly Source[], why: string): RigError =>
  new RigError('kubeconfig_invalid', `${sources.map(({ path }) => path).join(', ')} cannot be used: ${why}.`);
