import type { Invocation } from '@rig-ops/kit';

/** Whether progress can be animated on stderr: a terminal of a person that can move its cursor. */
export function isLively({ streams, env }: Pick<Invocation, 'streams' | 'env'>): boolean {
  const off = env.CI !== undefined && env.CI !== '';
  return streams.stderr.isTTY === true && !off && env.TERM !== 'dumb';
}
