import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A test that ends without having closed its rig leaves no platform behind: it is stopped as the process
 * exits. Answers how to forget that.
 */
export function stopAtExit(cli: string, env: Record<string, string>, folder: string): () => void {
  const stop = () => {
    if (existsSync(join(env.RIG_HOME ?? '', 'platform')))
      spawnSync(process.execPath, [cli, 'platform', 'stop'], { env, stdio: 'ignore', timeout: 20_000 });
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  return () => process.removeListener('exit', stop);
}
