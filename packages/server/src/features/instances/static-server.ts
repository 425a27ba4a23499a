import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SITE_SERVER } from '@rig-ops/contract/supervisor-containers';
import { IMAGE_PORT } from '../../engines/engine.ts';

export interface StaticServerOptions {
  node: string;
  folder: string;
  port: number | null;
  /** Answer with index.html where there is no such file and the path has no extension. */
  singlePage: boolean;
}

/**
 * How a folder is served: by `sirv`, resolved at each start, so that a release outlives a move or an upgrade
 * of rig itself.
 */
export function staticServerArgv({ node, folder, port, singlePage }: StaticServerOptions): string[] {
  const manifest = createRequire(import.meta.url).resolve('sirv-cli/package.json');
  return [
    node,
    join(dirname(manifest), 'bin.js'),
    ...wordsOf({ folder, singlePage }, '127.0.0.1', port ?? 0),
  ];
}

/** The same in an image, by the program that rig shows in every container. */
export const siteServerInImage = (site: Pick<StaticServerOptions, 'folder' | 'singlePage'>): string[] => [
  SITE_SERVER,
  ...wordsOf(site, '0.0.0.0', IMAGE_PORT),
];

const wordsOf = (
  { folder, singlePage }: Pick<StaticServerOptions, 'folder' | 'singlePage'>,
  host: string,
  port: number,
): string[] => [
  folder,
  '--host',
  host,
  '--port',
  String(port),
  '--etag',
  '--no-clear',
  ...(singlePage ? ['--single'] : []),
];
