import { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import { type BatchCommand, type BatchDefaults, idOf, readBatchLine } from './batch-line.ts';
import { captureOutput } from './capture-output.ts';
import { type NumberedLine, readLines } from './read-lines.ts';
import { type Job, runMany } from './run-many.ts';
import { type ProgramRun, runProgram } from './run-program.ts';
import { failedRecord, type RunPlace, type RunRecord, succeededRecord } from './run-record.ts';
import type { Pace, Setting } from './setting.ts';

/** Parameters travel in one frame of the session protocol, stdin of a line beside it. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

export interface Batch extends Pace {
  /** What the command line says for every line that does not say it itself. */
  defaults: BatchDefaults;
}

/** Runs the commands on stdin, and answers a record for each in the order they end. */
export function runBatch(setting: Setting, batch: Batch): AsyncIterable<RunRecord> {
  return runMany(jobsOf(setting, batch.defaults), {
    ...batch,
    signals: process,
    signal: setting.signal,
    onDone: (exitCode) => setting.setExitCode(exitCode),
  });
}

/** One for each line; a line that is no command becomes a run that fails. Empty lines are skipped. */
async function* jobsOf(setting: Setting, defaults: BatchDefaults): AsyncGenerator<Job> {
  for await (const line of readLines(setting.streams.stdin, MAX_LINE_BYTES)) {
    if (line.bytes?.every(isBlank) === true) continue;
    yield jobOf(line, setting, defaults);
  }
}

function jobOf({ number, bytes }: NumberedLine, setting: Setting, defaults: BatchDefaults): Job {
  const place: RunPlace = { id: null, line: number, app: defaults.app ?? null, instance: null };
  let command: BatchCommand;
  try {
    if (bytes === null)
      throw new RigError('invalid_input', `This line is longer than ${MAX_LINE_BYTES} bytes.`);
    const value = parse(bytes);
    place.id = idOf(value);
    command = readBatchLine(value, defaults);
    place.app = command.params.app;
    place.instance = command.params.instance ?? null;
  } catch (error) {
    const failed = failedRecord(place, error, performance.now());
    return { place, run: () => Promise.resolve(failed) };
  }
  return { place, run: (signals) => runLine(command, place, setting, signals) };
}

async function runLine(
  { params, stdin }: BatchCommand,
  place: RunPlace,
  setting: Setting,
  signals: ProgramRun['signals'],
): Promise<RunRecord> {
  const startedAt = performance.now();
  const output = captureOutput();
  try {
    const outcome = await runProgram(setting.rig, {
      params,
      stdin: stdin === null ? null : Readable.from([stdin]),
      stdout: output.stdout,
      stderr: output.stderr,
      signals,
      signal: setting.signal,
    });
    return { ...succeededRecord(place, outcome, startedAt), ...(await output.end()) };
  } catch (error) {
    return { ...failedRecord(place, error, startedAt), ...(await output.end()) };
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new RigError('invalid_input', 'This line of the batch is not JSON.', {
      hint: 'A line looks like {"id": "a", "app": "shop", "argv": ["ls", "-l"]}.',
    });
  }
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d;
