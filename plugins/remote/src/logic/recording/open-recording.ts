import { createHash } from 'node:crypto';
import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import { readBlocks } from '@rig-ops/wire/recording';

export interface OpenedRecording {
  /** Whether its session still runs: what there is ends in its middle. */
  readonly live: boolean;
  /** As the audit log has it; undefined while it is written. */
  readonly sha256: string | undefined;
  /** Throws `recording_altered` at its end when it is not what the platform said it would be. */
  readonly blocks: AsyncIterable<Uint8Array>;
}

/**
 * Asks for a recording. The platform has compared it with the audit log before it sends the first byte; here it is
 * compared once more, with what the platform said, so that nothing on the way has changed it.
 */
export async function openRecording(
  rig: RigClient,
  session: string,
  options: { purpose: 'replay' | 'export'; signal: AbortSignal },
): Promise<OpenedRecording> {
  const { purpose, signal } = options;
  const { headers, chunks } = await rig.download('getRecording', {
    params: { session },
    query: { purpose },
    signal,
  });
  const told = headers['x-rig-recording-sha256'];
  const sha256 = typeof told === 'string' ? told : undefined;
  return {
    live: headers['x-rig-recording-state'] === 'recording',
    sha256,
    blocks: readBlocks(sha256 === undefined ? chunks : compared(chunks, sha256, session)),
  };
}

async function* compared(
  chunks: AsyncIterable<Uint8Array>,
  expected: string,
  session: string,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (found === expected) return;
  throw new RigError(
    'recording_altered',
    `The recording of session ${session} was altered on its way: its hash is ${found}, and was ${expected}.`,
  );
}
