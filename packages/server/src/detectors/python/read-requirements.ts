import type { SourceTree } from '../detector.ts';

export interface Requirements {
  /** The file and those it includes, relative to the app. */
  files: string[];
  /** Names of packages in lower case, `_` as `-`. */
  names: Set<string>;
  /** Names whose version is not fixed. */
  loose: string[];
  /** Whether something of it comes from the source itself. */
  isLocal: boolean;
}

/** How the name of a package is compared. */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** Reads a requirements.txt with what it includes; null when there is none. */
export async function readRequirements(
  tree: SourceTree,
  file = 'requirements.txt',
): Promise<Requirements | null> {
  const found: Requirements = { files: [], names: new Set(), loose: [], isLocal: false };
  if (!(await tree.hasFile(file))) return null;
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.files.includes(next)) continue;
    found.files.push(next);
    const text = (await tree.readText(next)) ?? '';
    for (const raw of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
      const line = raw.replace(/(^|\s)#.*$/, '').trim();
      const included = /^(?:-r|--requirement|-c|--constraint)[=\s]+(\S+)/.exec(line)?.[1];
      if (/^(?:-f|--find-links)[=\s]+(?!https?:)/.test(line)) found.isLocal = true;
      if (included !== undefined) waiting.push(besides(next, included));
      else takeLine(line, found);
    }
  }
  return found;
}

function takeLine(line: string, found: Requirements): void {
  if (line === '' || (line.startsWith('-') && !/^(?:-e|--editable)\b/.test(line))) return;
  if (/^(?:-e|--editable)\b/.test(line) || /^[./]/.test(line) || /@\s*file:/.test(line)) {
    found.isLocal = true;
    return;
  }
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(line)?.[0];
  if (name === undefined) return;
  found.names.add(normalName(name));
  if (!/===?|@/.test(line.split(';')[0] ?? '')) found.loose.push(name);
}

/** A file named in another one, relative to the app. */
function besides(file: string, named: string): string {
  const names = [...file.split('/').slice(0, -1), ...named.split('/')];
  const path: string[] = [];
  for (const name of names) {
    if (name === '..') path.pop();
    else if (name !== '.' && name !== '') path.push(name);
  }
  return path.join('/');
}
