import { join, resolve } from 'node:path';
import { readIfFile } from './read-if-file.ts';

/** Variables of the process: git heeds HOME, XDG_CONFIG_HOME and GIT_CONFIG_*. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text of a git-config(1) file. */
export type ConfigFile = string;

/** Where the user's own ignore rules are (`core.excludesFile`), and how to show it; null when there can be none. */
export function findExcludesFile(
  environment: Environment,
  own: ConfigFile | null,
): { path: string; shown: string } | null {
  const { HOME: home } = environment;
  const settings = environment.XDG_CONFIG_HOME || (home === undefined ? undefined : join(home, '.config'));
  const files = [own, ...readGlobal(environment, home, settings)];
  const configured = files
    .map((text) => readValue(text, 'core', 'excludesfile'))
    .find((value) => value !== null);
  if (configured != null) {
    const path =
      configured.startsWith('~/') && home !== undefined ? join(home, configured.slice(2)) : configured;
    return { path: resolve(home ?? '/', path), shown: configured };
  }
  if (settings === undefined) return null;
  const path = join(settings, 'git', 'ignore');
  return { path, shown: path };
}

/** Whether names of objects are SHA-256 here, which makes the entries of the index longer. */
export function isSha256(own: ConfigFile | null): boolean {
  return readValue(own, 'extensions', 'objectformat')?.toLowerCase() === 'sha256';
}

/** The strongest first. */
function readGlobal(
  environment: Environment,
  home: string | undefined,
  settings: string | undefined,
): (ConfigFile | null)[] {
  const system = environment.GIT_CONFIG_SYSTEM ?? '/etc/gitconfig';
  const global = environment.GIT_CONFIG_GLOBAL;
  const personal = [home && join(home, '.gitconfig'), settings && join(settings, 'git', 'config')];
  return [...(global === undefined ? personal : [global]), system].map((path) =>
    path === undefined || path === '' ? null : readIfFile(path),
  );
}

/** The last value of a key; null when it has none. Files that are included are not looked into. */
function readValue(text: ConfigFile | null, section: string, key: string): string | null {
  let inside = false;
  let found: string | null = null;
  for (const line of (text ?? '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"[^"]*")?\s*\]/.exec(line);
    if (header !== null) inside = header[1]?.toLowerCase() === section && !line.includes('"');
    const match = inside ? /^\s*(?:\[[^\]]*\]\s*)?([\w-]+)\s*=\s*(.*)$/.exec(line) : null;
    if (match?.[1]?.toLowerCase() !== key) continue;
    const value = match[2] ?? '';
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1];
    found = quoted?.replaceAll(/\\(.)/g, '$1') ?? value.replace(/\s*[#;].*$/, '').trim();
  }
  return found;
}
