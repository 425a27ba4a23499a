import type { RigClient } from '@rig-ops/client';
import type { ChainedRecord } from '@rig-ops/contract/audit-chain';

const RECORDS_AT_ONCE = 1_000;

/** The records up to `through` in the order of the chain, a page at a time. */
export async function* readChain(
  rig: RigClient,
  through: number,
  signal: AbortSignal,
): AsyncGenerator<ChainedRecord> {
  let after = 0;
  while (after < through) {
    const { records } = await rig.call('readAuditChain', {
      query: { after, through, limit: RECORDS_AT_ONCE },
      signal,
    });
    yield* records;
    const last = records.at(-1);
    if (last === undefined) return;
    // Asked by number, so that a record that was tampered with cannot send us in circles.
    const said = numberOf(last.record);
    after = Math.max(after + 1, Number.isSafeInteger(said) ? said : after + records.length);
  }
}

function numberOf(record: string): number {
  try {
    return (JSON.parse(record) as { id: number }).id;
  } catch {
    return Number.NaN;
  }
}
