import { RigError } from '@rig-ops/contract/errors';
import type { ConfigChange } from '@rig-ops/contract/resources';
import type { StandardStreams, Ui } from '@rig-ops/kit';
import { readAssignments } from './read-assignments.ts';

export interface DeployConfigFlags {
  config?: string[] | undefined;
  'config-file'?: string[] | undefined;
  secret: boolean;
  from?: string | undefined;
}

/**
 * The variables that are given with a deploy; undefined for none. Read first of all, so that a mistake in them
 * costs no upload.
 * @throws RigError `usage`, `invalid_env_file`, `invalid_config`, `config_key_reserved`
 */
export async function readDeployConfig(
  { config = [], 'config-file': files = [], secret, from }: DeployConfigFlags,
  { cwd, stdin, signal, ui }: { cwd: string; stdin: StandardStreams['stdin']; signal: AbortSignal; ui: Ui },
): Promise<ConfigChange | undefined> {
  if (config.length + files.length === 0) {
    if (secret) throw new RigError('usage', '--secret is about variables of --config and --config-file.');
    return undefined;
  }
  const fromStdin = files.includes('-') || config.some((each) => each === '-' || each.endsWith('=-'));
  if (from === '-' && fromStdin)
    throw new RigError('usage', 'stdin can be read for one thing only: the source, or a variable.');
  const { values, visible } = await readAssignments({ assignments: config, files }, { cwd, stdin, signal });
  if (secret && visible.length > 0)
    ui.warn(
      `The value of ${visible.join(', ')} stood on the command line: it is in the history of your shell, and others on this machine could see it.`,
    );
  return {
    set: [...values].map(([key, value]) => ({ key, value, ...(secret ? { secret } : {}) })),
  };
}
