import type { Scan } from '@rig-ops/bundle';

/** Tells whether a path is part of a scan; a folder ends in `/`, and is when anything in it is. */
export function deployedPaths({ entries }: Pick<Scan, 'entries'>): (path: string) => boolean {
  const paths = new Set<string>();
  for (const { path } of entries) {
    paths.add(path);
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      paths.add(path.slice(0, slash + 1));
  }
  return (path) => {
    const normal = path.normalize('NFC');
    return paths.has(normal) || paths.has(normal.replace(/\/$/, ''));
  };
}
