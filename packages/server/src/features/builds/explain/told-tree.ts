import { posix } from 'node:path';
import type { SourceTree } from '../../../detectors/detector.ts';

/** A source of which only the names of its files are known, and the texts that were brought along. */
export interface ToldSource {
  files: ReadonlySet<string>;
  /** Path → names of the folders directly in it. */
  folders: ReadonlyMap<string, ReadonlySet<string>>;
  texts: Readonly<Record<string, string>>;
  /** Where what is missing is noted. Until it comes, a file counts as one without text. */
  needs: Set<string>;
}

/** @param files paths relative to the top of the source */
export function tellSource(files: readonly string[], texts: Readonly<Record<string, string>>): ToldSource {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const names = file.split('/');
    for (let depth = 0; depth < names.length - 1; depth += 1) {
      const folder = depth === 0 ? '.' : names.slice(0, depth).join('/');
      const known = folders.get(folder) ?? new Set();
      folders.set(folder, known.add(names[depth] ?? ''));
    }
  }
  return { files: new Set(files), folders, texts, needs: new Set() };
}

/** A folder of such a source. */
export function openToldTree(source: ToldSource, path = '.'): SourceTree {
  const full = (name: string): string => posix.join(path, name);
  return {
    path,
    hasFile: async (file) => source.files.has(full(file)),
    foldersIn: async (folder) => [...(source.folders.get(full(folder)) ?? [])].toSorted(),
    readText: async (file) => {
      const wanted = full(file);
      if (!source.files.has(wanted)) return null;
      if (Object.hasOwn(source.texts, wanted)) return source.texts[wanted] ?? null;
      source.needs.add(wanted);
      return null;
    },
    at: (other) => openToldTree(source, other),
  };
}
