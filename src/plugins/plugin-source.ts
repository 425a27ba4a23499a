import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import npa from 'npm-package-arg';

export const sourceKinds = ['registry', 'folder', 'file', 'git', 'url', 'link'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Where a plugin comes from, as the user asked for it. */
export interface PluginSource {
  kind: SourceKind;
  /** What npm is asked for; paths are absolute. */
  spec: string;
  /** Known in advance for a registry alone. */
  name: string | null;
  /** Tag, version or range of a registry package; what was typed, else `latest`. */
  wanted: string | null;
}

const packed = /\.(tgz|tar\.gz|tar)$/i;

/**
 * Reads what was typed behind `plugins install`: `name`, `name@1.2`, `@scope/name@next`, `./folder`,
 * `./packed.tgz`, `/absolute/packed.tgz`, `file:…`, a git address, an https address of a packed file.
 * @throws RigError `plugin_source_not_found` for a path with nothing there, `invalid_input` for nonsense
 */
export function parseSource(typed: string, cwd: string): PluginSource {
  const path = asPath(typed, cwd);
  if (path !== undefined) return fromPath(path, typed);
  let spec: npa.Result;
  try {
    spec = npa(typed, cwd);
  } catch (error) {
    throw new RigError('invalid_input', `"${typed}" is no name of a package, path or address.`, {
      cause: error,
    });
  }
  if (spec.type === 'git') return { kind: 'git', spec: typed, name: null, wanted: null };
  if (spec.type === 'remote') {
    return packed.test(new URL(typed).pathname)
      ? { kind: 'url', spec: typed, name: null, wanted: null }
      : { kind: 'git', spec: `git+${typed}`, name: null, wanted: null };
  }
  if (spec.type === 'tag' || spec.type === 'version' || spec.type === 'range') {
    const name = spec.name ?? typed;
    const wanted = spec.rawSpec === '' || spec.rawSpec === '*' ? 'latest' : spec.rawSpec;
    return { kind: 'registry', spec: `${name}@${wanted}`, name, wanted };
  }
  throw new RigError('invalid_input', `"${typed}" names a plugin in a way rig does not install from.`, {
    hint: 'Name the package itself, a folder, a .tgz or a git address.',
  });
}

/** A path is what begins like one, and what would be one of somebody's repositories but lies right here. */
function asPath(typed: string, cwd: string): string | undefined {
  if (typed.startsWith('file:')) {
    const rest = typed.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
    return resolve(cwd, expandHome(decodeURI(rest)));
  }
  const expanded = expandHome(typed);
  if (/^(\.{1,2}([\\/]|$)|[\\/]|[A-Za-z]:[\\/])/.test(expanded)) return resolve(cwd, expanded);
  if (typed.includes(':') || typed.startsWith('@')) return undefined;
  if ((typed.includes('/') || packed.test(typed)) && isThere(resolve(cwd, typed))) return resolve(cwd, typed);
  return undefined;
}

function expandHome(path: string): string {
  return path.replace(/^~(?=[\\/])/, homedir());
}

function fromPath(path: string, typed: string): PluginSource {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new RigError('plugin_source_not_found', `There is nothing at ${path}.`, {
      details: { typed, path },
    });
  }
  return { kind: found.isDirectory() ? 'folder' : 'file', spec: path, name: null, wanted: null };
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
