import type { ByteSink } from '@rig-ops/wire/session-link';
import { CapturingSink } from './byte-sink.ts';
import { type OutputFields, outputFields } from './run-record.ts';

/** What a record keeps of each output stream, when there are several. */
const CAPTURE_EACH_BYTES = 4 * 1024 * 1024;

/** Where the output of one of several runs goes. */
export interface OutputPair {
  stdout: ByteSink;
  stderr: ByteSink;
  /** Behind the last byte: what its record has of it. */
  end(): Promise<Partial<OutputFields>>;
}

/** Keeps the output for a record. */
export function captureOutput(): OutputPair {
  const captured = {
    stdout: new CapturingSink(CAPTURE_EACH_BYTES),
    stderr: new CapturingSink(CAPTURE_EACH_BYTES),
  };
  return { ...captured, end: () => Promise.resolve(outputFields(captured)) };
}
