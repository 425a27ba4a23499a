import { withoutCredentials } from '@rig-ops/contract/without-credentials';
import { type GitOptions, runGit } from './run-git.ts';

/** Address of the repository that a branch comes from, without credentials: its own remote, else origin, else the only one. */
export async function findRemote(branch: string | null, options: GitOptions): Promise<string | null> {
  const { code, stdout } = await runGit(
    ['config', '-z', '--get-regexp', '^(remote\\..*\\.url|branch\\..*\\.remote)$'],
    options,
  );
  if (code !== 0) return null;
  const values = new Map(
    stdout.split('\0').map((entry): [string, string] => {
      const line = entry.indexOf('\n');
      return [entry.slice(0, line), entry.slice(line + 1)];
    }),
  );
  const urls = [...values].filter(([key]) => key.startsWith('remote.'));
  const own = branch === null ? undefined : values.get(`branch.${branch}.remote`);
  const url = values.get(`remote.${own ?? 'origin'}.url`) ?? (urls.length === 1 ? urls[0]?.[1] : undefined);
  return url === undefined ? null : withoutCredentials(url).slice(0, 2000);
}
