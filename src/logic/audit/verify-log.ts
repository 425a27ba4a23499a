import type { RigClient } from '@rig-ops/client';
import { type ChainedRecord, type ChainVerdict, ChainVerifier } from '@rig-ops/contract/audit-chain';
import { type ChosenKey, chooseKey } from './choose-key.ts';
import { openExport } from './export-file.ts';
import { readChain } from './read-chain.ts';

export interface LogToVerify {
  readonly publicKey: string;
  readonly checkpoints: readonly string[];
  readonly records: AsyncIterable<ChainedRecord>;
}

export interface VerifiedLog extends ChainVerdict {
  readonly key: { readonly fingerprint: string; readonly pinned: boolean };
  /** How many checkpoints of an earlier export it was compared with. */
  readonly witnesses: number;
  /** What no check of this log could tell. */
  readonly cannotKnow: readonly string[];
}

/** The log of a platform, as it is now. */
export async function logOfPlatform(rig: RigClient, signal: AbortSignal): Promise<LogToVerify> {
  const { publicKey, checkpoints, head } = await rig.call('listAuditCheckpoints', { signal });
  return { publicKey, checkpoints, records: readChain(rig, head, signal) };
}

/** The log in an export. */
export async function logOfFile(path: string): Promise<LogToVerify> {
  const { header, checkpoints, records } = await openExport(path);
  return { publicKey: header.publicKey, checkpoints, records };
}

/**
 * @param options.pin key to hold it against; see {@link chooseKey}
 * @param options.against an earlier export, whose checkpoints must hold in this log too
 */
export async function verifyLog(
  log: LogToVerify,
  { pin, against }: { pin?: string | undefined; against?: string | undefined },
): Promise<VerifiedLog> {
  const chosen = await chooseKey(log.publicKey, pin);
  const verifier = new ChainVerifier(chosen.key);
  for (const line of log.checkpoints) verifier.addCheckpoint(line);
  const witnesses = against === undefined ? [] : (await openExport(against)).checkpoints;
  for (const line of witnesses) verifier.addWitness(line);
  for await (const record of log.records) verifier.addRecord(record);
  const verdict = verifier.finish();
  return {
    ...verdict,
    key: { fingerprint: chosen.fingerprint, pinned: chosen.pinned },
    witnesses: witnesses.length,
    cannotKnow: [...limitsOf(verdict, chosen, witnesses.length)],
  };
}

function* limitsOf(verdict: ChainVerdict, { pinned }: ChosenKey, witnesses: number): Generator<string> {
  yield 'Whoever holds the private key and can write the records can make another log that verifies.';
  if (verdict.unsigned > 0) {
    yield `The last ${verdict.unsigned} records are behind the last checkpoint: some could have been cut off there.`;
  } else {
    yield 'Records that came after the last checkpoint could have been cut off.';
  }
  if (witnesses === 0) {
    yield 'Checkpoints and records that were cut off together are only missed by comparing with an earlier export (--against) or a drain.';
  }
  if (!pinned) yield 'The key came from where the records did; --key holds them against one you know.';
  yield 'What was never recorded is not in the log.';
}
