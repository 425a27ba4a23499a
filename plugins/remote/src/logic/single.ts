import type { CommandParams } from '@rig-ops/contract/channels';
import { awaitApproval } from './await-approval.ts';
import { CapturingSink, StreamSink } from './byte-sink.ts';
import { type OutputFields, outputFields } from './run-record.ts';
import { runProgram } from './run-program.ts';
import type { Setting } from './setting.ts';

/** What `-o json` keeps of each output stream. */
const CAPTURE_BYTES = 16 * 1024 * 1024;

export interface SingleResult extends OutputFields {
  /** Id of the session, as the audit log names it. */
  session: string;
  /** Where it ran, as `web.1`. */
  instance: string;
  /** 128 + n when signal n ended it. */
  exitCode: number;
  signal: string | null;
}

/** Runs one program, whose streams and exit code become those of rig. */
export async function runSingle(
  setting: Setting,
  { params, stdin, waits = false }: { params: CommandParams; stdin: boolean; waits?: boolean },
): Promise<SingleResult | undefined> {
  const { streams, ui, signal } = setting;
  const captured = ui.machine
    ? { stdout: new CapturingSink(CAPTURE_BYTES), stderr: new CapturingSink(CAPTURE_BYTES) }
    : undefined;
  const outcome = await runProgram(setting.rig, {
    params,
    stdin: stdin ? streams.stdin : null,
    stdout: captured?.stdout ?? new StreamSink(streams.stdout),
    stderr: captured?.stderr ?? new StreamSink(streams.stderr),
    signals: process,
    signal,
    ...(waits ? { onRefused: awaitApproval(setting) } : {}),
    onStatus: (status) => {
      ui.note(
        status.state === 'lost'
          ? `Connection lost; trying to come back for ${status.seconds} s.`
          : 'The connection is back.',
      );
    },
  });
  setting.setExitCode(outcome.exitCode);
  if (captured === undefined) return undefined;
  const { session, instance, exitCode } = outcome;
  return { session, instance, exitCode, signal: outcome.signal, ...outputFields(captured) };
}
