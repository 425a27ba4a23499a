import type { CapturingSink } from './byte-sink.ts';

/** Output of a program as JSON can carry it. */
export interface CapturedOutput {
  /** UTF-8 text, or base64 where the bytes are none. */
  data: string;
  encoding: 'utf-8' | 'base64';
  /** Whether there was more than is kept. */
  truncated: boolean;
}

/** The longest UTF-8 sequence has four bytes, so a cut leaves at most three of one. */
const MAX_CUT_BYTES = 3;

export function describeOutput(sink: CapturingSink): CapturedOutput {
  const { bytes, truncated } = sink;
  const most = truncated ? Math.min(MAX_CUT_BYTES, bytes.length) : 0;
  for (let cut = 0; cut <= most; cut += 1) {
    const text = decode(bytes.subarray(0, bytes.length - cut));
    if (text !== null) return { data: text, encoding: 'utf-8', truncated };
  }
  return { data: bytes.toString('base64'), encoding: 'base64', truncated };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
