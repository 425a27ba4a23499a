import { RigError } from '@rig-ops/contract/errors';

/** Where a cluster is, for people. */
export interface ClusterPlace {
  /** Of the context. */
  readonly context: string;
  /** Address of the API server. */
  readonly server: string;
}

type Content = Readonly<Record<string, unknown>>;

/** What an entry may have: all else is of the machine where it was written, and could run programs or read files here. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  cluster: ['server', 'certificate-authority-data', 'tls-server-name', 'insecure-skip-tls-verify'],
  user: ['token', 'client-certificate-data', 'client-key-data', 'username', 'password'],
  context: ['cluster', 'user', 'namespace'],
};

/**
 * Checks a kubeconfig that was sent to the platform: one context with everything in it, as JSON.
 * What is wrong is told without what is in it.
 * @throws RigError `kubeconfig_invalid`
 */
export function checkKubeconfig(text: string): ClusterPlace {
  const content = parse(text);
  const context = onlyOf(content, 'contexts', 'context');
  const cluster = onlyOf(content, 'clusters', 'cluster');
  const user = onlyOf(content, 'users', 'user');
  if (content['current-context'] !== context.name) throw invalid('its current-context is not the one it has');
  if (context.entry['cluster'] !== cluster.name || context.entry['user'] !== user.name)
    throw invalid('its context names another cluster or user than it has');
  const server = cluster.entry['server'];
  const url = typeof server === 'string' ? URL.parse(server) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.search !== '')
    throw invalid('its server is no address of an API server');
  return { context: context.name, server: url.href.replace(/\/$/, '') };
}

/** Of one that was checked. */
export const placeOfKubeconfig = (text: string): ClusterPlace => checkKubeconfig(text);

function parse(text: string): Content {
  try {
    const content: unknown = JSON.parse(text);
    if (isContent(content)) return content;
  } catch {
    // The error would tell a part of the text.
  }
  throw invalid('it is no JSON');
}

function onlyOf(content: Content, list: string, part: string): { name: string; entry: Content } {
  const all = content[list];
  const [first, ...others] = Array.isArray(all) ? (all as unknown[]) : [];
  if (!isContent(first) || others.length > 0) throw invalid(`it does not have exactly one of its ${list}`);
  const { name, [part]: entry } = first;
  if (typeof name !== 'string' || !isContent(entry)) throw invalid(`what it has in ${list} is incomplete`);
  const other = Object.keys(entry).find((key) => ALLOWED[part]?.includes(key) !== true);
  if (other !== undefined)
    throw invalid(`${JSON.stringify(other.slice(0, 40))} is of the machine where it was written`);
  return { name, entry };
}

const isContent = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (why: string): RigError =>
  new RigError('kubeconfig_invalid', `The kubeconfig cannot be used: ${why}.`);
