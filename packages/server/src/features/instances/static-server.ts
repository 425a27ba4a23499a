import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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
    folder,
    '--host',
    '127.0.0.1',
    '--port',
    String(port ?? 0),
    '--etag',
    '--no-clear',
    ...(singlePage ? ['--single'] : []),
  ];
}
