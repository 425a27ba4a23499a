import type { InstanceReport } from '@rig-ops/contract/supervisor';

/** The line of an app's log that tells how an instance ended. */
export function describeEnd({ spec, exitCode, signal, startError, outOfMemory }: InstanceReport): string {
  if (startError !== null) return `${spec.name} could not be started: ${startError}`;
  if (outOfMemory === true) return `${spec.name} was ended because it took more memory than it may`;
  if (signal !== null) return `${spec.name} was ended by ${signal}`;
  if (exitCode === null) return `${spec.name} ended while nobody watched; its exit code is not known`;
  return `${spec.name} exited with code ${exitCode}`;
}
