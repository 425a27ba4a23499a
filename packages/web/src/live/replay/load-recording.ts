import { RigError } from '@rig-ops/contract/errors';
import { readBlocks, Timeline } from '@rig-ops/wire/recording';
import { callForBody } from '../../api/call.ts';
import { blobStore } from './block-store.ts';

/** A larger one is compared by the platform alone: a browser hashes only what is in memory as a whole. */
const COMPARED_BYTES = 96 * 1024 * 1024;

export interface LoadedRecording {
  readonly timeline: Timeline;
  /** The file as it came, to be kept. */
  readonly file: Blob;
  /** Whether its session still runs: it ends in its middle. */
  readonly live: boolean;
  /** Whether it was compared here with what the audit log has; the platform has done so before it was sent. */
  readonly compared: boolean;
}

/** @throws ApiError; RigError `recording_altered`, `recording_unreadable` */
export async function loadRecording(
  session: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<LoadedRecording> {
  const answer = await callForBody('getRecording', {
    params: { session },
    query: { purpose: 'replay' },
    signal,
  });
  const parts: Blob[] = [];
  let bytes = 0;
  const chunks = async function* () {
    if (answer.body === null) return;
    const reader = answer.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.length;
      parts.push(new Blob([next.value]));
      onBytes(bytes);
      yield next.value;
    }
  };
  const timeline = await Timeline.load(readBlocks(chunks()), blobStore);
  const file = new Blob(parts, { type: 'application/octet-stream' });
  const expected = answer.headers.get('x-rig-recording-sha256');
  const compared = expected !== null && isSecureContext && file.size <= COMPARED_BYTES;
  if (compared && (await sha256Of(file)) !== expected) {
    throw new RigError('recording_altered', `The recording of session ${session} was altered on its way.`);
  }
  return { timeline, file, live: answer.headers.get('x-rig-recording-state') === 'recording', compared };
}

async function sha256Of(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
