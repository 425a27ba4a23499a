import type { CommandParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';

/** What `shell` and `command` share of their parameters. */
export type StartParams = Omit<CommandParams, 'app' | 'argv' | 'terminal' | 'timeoutMs' | 'detach'>;

/** Values of `whereFlags`. */
export interface WhereFlags {
  process?: string | undefined;
  instance?: string | undefined;
  release?: string | undefined;
  new?: boolean | undefined;
  user?: string | undefined;
  cwd?: string | undefined;
  env?: string[] | undefined;
  reason?: string | undefined;
  approval?: string | undefined;
  record?: boolean | undefined;
}

/**
 * Parameters of a session as its flags say; what was not given is left out.
 * @throws RigError `usage` for a variable without a name or a release that is none
 */
export function startParams(flags: WhereFlags): StartParams {
  const { process, instance, release, user, cwd, env, reason, approval } = flags;
  return {
    ...(process !== undefined && { process }),
    ...(instance !== undefined && { instance }),
    ...(release !== undefined && { release: parseRelease(release) }),
    ...(flags.new === true && { new: true }),
    ...(user !== undefined && { user }),
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && env.length > 0 && { env: parseEnvironment(env) }),
    ...(reason !== undefined && { reason }),
    ...(approval !== undefined && { approval }),
    ...(flags.record === true && { record: true }),
  };
}

/** Reads `v3`, or `3`. */
export function parseRelease(text: string): number {
  const [, version] = /^v?([1-9]\d{0,8})$/.exec(text) ?? [];
  if (version !== undefined) return Number(version);
  throw new RigError('usage', `--release is "${text}", which is not a release.`, {
    hint: 'Write it as v3. Run `rig releases list` for the releases there are.',
  });
}

function parseEnvironment(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const divider = pair.indexOf('=');
      const name = pair.slice(0, divider);
      if (divider < 0 || !/^[A-Za-z_]\w*$/.test(name)) {
        // What stands behind the `=` may be a secret.
        const shown = divider < 0 ? pair.slice(0, 40) : name;
        throw new RigError('usage', `--env "${shown}" names no variable.`, {
          hint: 'Write it as --env NAME=value.',
        });
      }
      return [name, pair.slice(divider + 1)];
    }),
  );
}
