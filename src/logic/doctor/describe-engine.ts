import type { EngineState } from '@rig-ops/contract/resources';
import { type DoctorCheck, passed } from './doctor-check.ts';

/** What apps run on, and what that does not promise: nothing to mend, but good to know. */
export function describeEngine({ cannot = [], name, version }: EngineState): DoctorCheck {
  const called = version == null ? name : `${name} ${version}`;
  const limits = cannot.length === 0 ? '' : `; not promised: ${cannot.join(', ')}`;
  return passed('platform', 'engine', `${called}${limits}.`);
}
