import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { parsePlatformUrl } from '../http/endpoint.ts';

/** One platform as `contexts.json` holds it. Without `token` and `keyring` its user has logged out. */
export interface StoredContext {
  name: string;
  url: string;
  token?: string;
  /** Under which name the keyring of the system has the token. */
  keyring?: string;
  /** The authorities that may vouch for the platform, in PEM. */
  ca?: string;
  /** Whose token it is, as the platform said when it was saved. */
  user?: string;
  /** When the token ends (RFC 3339); null for never. */
  expiresAt?: string | null;
}

/** What `contexts.json` holds. */
export interface ContextsFile {
  /** Name of the context commands use; `embedded` for the platform of this machine. */
  current: string;
  contexts: StoredContext[];
}

export const EMBEDDED = 'embedded';
const LOCK_PATIENCE_MS = 5_000;

function contextsPath(rigHome: string): string {
  return join(rigHome, 'contexts.json');
}

/** An absent file means that there are no contexts. Throws `config_unreadable`. */
export async function readContextsFile(rigHome: string): Promise<ContextsFile> {
  const path = contextsPath(rigHome);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { current: EMBEDDED, contexts: [] };
    if (code === 'ENOTDIR') {
      throw new RigError(
        'config_unreadable',
        `${rigHome} cannot hold the state of rig: it is not a folder.`,
        {
          hint: 'Set RIG_HOME to a folder of your own.',
          cause: error,
        },
      );
    }
    throw new RigError('config_unreadable', `${path} cannot be read (${code ?? 'unknown reason'}).`, {
      cause: error,
    });
  }
  return parseContexts(path, text);
}

/** Changes the file under a lock, so that two commands at once lose nothing. */
export async function changeContextsFile(
  rigHome: string,
  change: (file: ContextsFile) => ContextsFile,
): Promise<void> {
  // Every command reads contexts; hardly any writes them.
  const { withFileLock } = await import('../files/file-lock.ts');
  const { writeFileAtomically } = await import('../files/write-file-atomically.ts');
  const path = contextsPath(rigHome);
  try {
    await mkdir(rigHome, { recursive: true, mode: 0o700 });
    await withFileLock(`${path}.lock`, { patienceMs: LOCK_PATIENCE_MS, signal: undefined }, async () => {
      const changed = change(await readContextsFile(rigHome));
      await writeFileAtomically(path, `${JSON.stringify(changed, null, 2)}\n`);
    });
  } catch (error) {
    throw toWriteError(error, path);
  }
}

function toWriteError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RigError('disk_full', `${path} cannot be written: its disk is full.`, {
      hint: 'Free some space, then try again.',
      cause: error,
    });
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    return new RigError('config_unreadable', `${path} cannot be written (${code}).`, {
      hint: 'Make its folder writable, or set RIG_HOME to another one.',
      cause: error,
    });
  }
  return error;
}

function parseContexts(path: string, text: string): ContextsFile {
  const invalid = (what: string) =>
    new RigError('config_unreadable', `${path} ${what}.`, {
      hint: `Correct ${path}, or remove it and add the contexts again.`,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
  const { current, contexts } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof current !== 'string') throw invalid('has no text under "current"');
  if (!Array.isArray(contexts)) throw invalid('has no list under "contexts"');
  const names = new Set<string>();
  for (const [index, item] of contexts.entries()) {
    const place = `"contexts"[${index}]`;
    const { name, url, ...rest } = (item ?? {}) as Partial<Record<keyof StoredContext, unknown>>;
    if (typeof name !== 'string' || typeof url !== 'string') {
      throw invalid(`lacks a name or url at ${place}`);
    }
    for (const field of ['token', 'keyring', 'ca'] as const) {
      if (!['string', 'undefined'].includes(typeof rest[field])) {
        throw invalid(`has something other than text under "${field}" at ${place}`);
      }
    }
    try {
      parsePlatformUrl(url);
    } catch {
      throw invalid(`has a url at ${place} that is not one of HTTP or HTTPS`);
    }
    if (name === EMBEDDED || names.has(name)) throw invalid(`has the name "${name}" twice`);
    names.add(name);
  }
  return { current, contexts: contexts as StoredContext[] };
}

/** Throws `context_not_found`, with the names there are. */
export function requireContext(contexts: readonly StoredContext[], name: string): StoredContext {
  const found = contexts.find((context) => context.name === name);
  if (found !== undefined) return found;
  const names = [EMBEDDED, ...contexts.map((context) => context.name)].join(', ');
  throw new RigError('context_not_found', `There is no context "${name}". There are: ${names}.`);
}
