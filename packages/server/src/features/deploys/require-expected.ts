import { RigError } from '@rig-ops/contract/errors';
import type { DeployGuard } from '@rig-ops/contract/routes';

/** What of an app a deploy may depend on: the version that is live, and its set of variables; null for none. */
export type ExpectedState = NonNullable<DeployGuard['expect']>;

/** @throws RigError `plan_stale` when an app is not as a deploy expects it */
export function requireExpected(appName: string, now: ExpectedState, expected: ExpectedState): void {
  const moved = [
    ...(now.release === expected.release ? [] : ['release' as const]),
    ...(now.config === expected.config ? [] : ['config' as const]),
  ];
  if (moved.length === 0) return;
  const what = { release: 'another release is live', config: 'the configuration was changed' };
  const told = moved.map((part) => what[part]).join(', ');
  throw new RigError('plan_stale', `The plan of ${appName} is out of date: ${told}.`, { details: { moved } });
}
