import type { Clock } from '../../clock.ts';
import type { InstanceRecord } from './instance-store.ts';

/** Whether an instance that serves no more is kept running for a return. */
export function isKept({ desired, keepUntil }: InstanceRecord, clock: Clock): boolean {
  return desired === 'drain' && keepUntil !== null && Date.parse(keepUntil) > clock.now().getTime();
}
