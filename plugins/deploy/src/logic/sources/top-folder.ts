/** Put in by the programs of one system, for themselves. */
const isForeign = (path: string): boolean =>
  path === '__MACOSX' || path.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(path);

/** The one folder that everything in an archive is in; null when there is more at its top. */
export function findTopFolder(entries: ReadonlyMap<string, string>): string | null {
  const tops = new Set(
    [...entries.keys()].filter((path) => !isForeign(path)).map((path) => path.split('/')[0] ?? ''),
  );
  const [top] = tops;
  return tops.size === 1 && top !== undefined && entries.get(top) === 'folder' ? top : null;
}
