import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { CapturingSink } from './byte-sink.ts';
import { describeOutput } from './describe-output.ts';
import type { ProgramOutcome } from './run-program.ts';

/** What was captured of both output streams, as a document carries it. */
export interface OutputFields {
  stdout: string;
  stdoutEncoding: 'utf-8' | 'base64';
  /** All bytes there were, also those not kept. */
  stdoutBytes: number;
  stdoutTruncated: boolean;
  stderr: string;
  stderrEncoding: 'utf-8' | 'base64';
  stderrBytes: number;
  stderrTruncated: boolean;
}

/** How one of several runs ended. */
export interface RunRecord extends OutputFields {
  type: 'result';
  /** What the line of a batch calls itself. */
  id?: string | number | null;
  /** Line of the batch, from 1. */
  line?: number;
  /** `remote`: the program ended, `exitCode` is its own. `rig`: `failure` says why it did not run or was lost. */
  origin: 'remote' | 'rig';
  app: string | null;
  instance: string | null;
  session: string | null;
  exitCode: number;
  signal: string | null;
  failure: ErrorDocument | null;
  durationMs: number;
}

export interface CapturedStreams {
  stdout: CapturingSink;
  stderr: CapturingSink;
}

/** What is known of a run however it ends. */
export interface RunPlace {
  id?: string | number | null;
  line?: number;
  app: string | null;
  instance: string | null;
}

export function outputFields({ stdout, stderr }: CapturedStreams): OutputFields {
  const out = describeOutput(stdout);
  const err = describeOutput(stderr);
  return {
    stdout: out.data,
    stdoutEncoding: out.encoding,
    stdoutBytes: stdout.total,
    stdoutTruncated: out.truncated,
    stderr: err.data,
    stderrEncoding: err.encoding,
    stderrBytes: stderr.total,
    stderrTruncated: err.truncated,
  };
}

/** Of a run whose output went elsewhere, or that had none. */
const noOutput: OutputFields = outputFields({ stdout: new CapturingSink(0), stderr: new CapturingSink(0) });

export function succeededRecord(place: RunPlace, outcome: ProgramOutcome, startedAt: number): RunRecord {
  return {
    type: 'result',
    origin: 'remote',
    ...place,
    instance: outcome.instance,
    session: outcome.session,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    failure: null,
    durationMs: Math.round(performance.now() - startedAt),
    ...noOutput,
  };
}

export function failedRecord(place: RunPlace, thrown: unknown, startedAt: number): RunRecord {
  const error = toErrorDocument(thrown);
  const { session, instance } = error.details ?? {};
  return {
    type: 'result',
    origin: 'rig',
    ...place,
    instance: typeof instance === 'string' && instance !== '' ? instance : place.instance,
    session: typeof session === 'string' ? session : null,
    exitCode: error.exitCode,
    signal: null,
    failure: error,
    durationMs: Math.round(performance.now() - startedAt),
    ...noOutput,
  };
}

export function notRunRecord(place: RunPlace, why: string): RunRecord {
  return failedRecord(place, new RigError('remote_not_run', why), performance.now());
}
