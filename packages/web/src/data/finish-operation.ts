import type { AppOperation } from '@rig-ops/contract/resources';
import { call } from '../api/call.ts';

/**
 * Waits for the end of a restart or scaling.
 * @throws what it failed with
 */
export async function finishOperation(begun: AppOperation): Promise<AppOperation> {
  let operation = begun;
  while (operation.status === 'running') {
    const { operation: latest } = await call('getOperation', { params: { app: begun.app } });
    // Another one has begun since: this one has ended, and nobody remembers how.
    if (latest?.id !== begun.id) return operation;
    operation = latest;
  }
  if (operation.failure !== null) throw operation.failure;
  return operation;
}
