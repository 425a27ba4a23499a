import type { RigClient } from '@rig-ops/client';
import { lineOfRecord } from '@rig-ops/contract/audit-chain';
import { lineOfHeader } from './export-file.ts';
import { readChain } from './read-chain.ts';

export interface ExportCounts {
  platform: string;
  publicKey: string;
  checkpoints: number;
  records: number;
}

/**
 * The lines of an export: header, checkpoints, records. The platform signs its newest record first, so
 * that all of it is covered.
 * @param counts is filled while the lines are read
 */
export async function* exportLines(
  rig: RigClient,
  signal: AbortSignal,
  counts: ExportCounts,
): AsyncGenerator<string> {
  const signed = await rig.call('createAuditCheckpoint', { signal });
  const { platform, publicKey, checkpoints } = signed;
  Object.assign(counts, { platform, publicKey, checkpoints: checkpoints.length });
  yield lineOfHeader({
    type: 'rig-audit-export',
    version: 1,
    platform,
    publicKey,
    at: new Date().toISOString(),
  });
  yield* checkpoints;
  for await (const link of readChain(rig, signed.head, signal)) {
    counts.records += 1;
    yield lineOfRecord(link);
  }
}
