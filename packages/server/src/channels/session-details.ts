import type { CommandParams, ShellParams } from '@rig-ops/contract/channels';
import type { WantedTarget } from '../deployments.ts';

const MAX_NAMES = 100;

/** What the audit log is told of a session before it begins. */
export function detailsOf(kind: string, params: ShellParams | CommandParams): Record<string, unknown> {
  const { cwd, detach, env, reason, user } = params;
  return {
    kind,
    terminal: params.terminal !== undefined,
    ...(params.new === true ? { new: true } : {}),
    ...(detach === true ? { detach } : {}),
    ...(user === undefined ? {} : { asUser: user }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(reason === undefined ? {} : { reason }),
    // Values may be secrets.
    ...(env === undefined ? {} : { env: Object.keys(env).slice(0, MAX_NAMES) }),
  };
}

export function wantedOf({
  instance,
  process,
  release,
  ...params
}: ShellParams | CommandParams): WantedTarget {
  return {
    ...(process === undefined ? {} : { process }),
    ...(instance === undefined ? {} : { instance }),
    ...(release === undefined ? {} : { release }),
    ...(params.new === true ? { new: true } : {}),
  };
}
