import type { InstanceReport } from '@rig-ops/contract/supervisor';

type Exit = Pick<InstanceReport, 'exitCode' | 'signal' | 'startError' | 'outOfMemory'>;

/** How an instance has ended, behind its name: `exited with code 1`. */
export function describeExit({ exitCode, outOfMemory, signal, startError }: Exit): string {
  if (startError !== null) return `could not be started: ${startError}`;
  if (outOfMemory === true) return 'ran out of memory: it took more than it may';
  if (signal !== null) return `was ended by ${signal}`;
  return exitCode === null ? 'ended in a way that was not seen' : `exited with code ${exitCode}`;
}
