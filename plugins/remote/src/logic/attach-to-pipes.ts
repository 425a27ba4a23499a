import type { AttachParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { CapturingSink, StreamSink } from './byte-sink.ts';
import { SessionLink } from '@rig-ops/wire/session-link';
import { outputFields } from './run-record.ts';
import { beginLine, endLine, requireProgramsEnd } from './session-words.ts';
import type { Setting } from './setting.ts';
import type { SingleResult } from './single.ts';
import { ClosingSignals } from './terminal/closing-signals.ts';
import { EscapeKeys } from './terminal/escape-keys.ts';
import { Keyboard } from './terminal/keyboard.ts';
import { WATCHING } from './terminal/messages.ts';

/** What `-o json` keeps of each output stream. */
const CAPTURE_BYTES = 16 * 1024 * 1024;

/** Comes to a session without a terminal; its exit code becomes that of rig. */
export async function attachToPipes(
  setting: Setting,
  params: AttachParams,
): Promise<SingleResult | undefined> {
  const { rig, streams, ui, signal } = setting;
  const captured = ui.machine
    ? { stdout: new CapturingSink(CAPTURE_BYTES), stderr: new CapturingSink(CAPTURE_BYTES) }
    : undefined;
  const left = new RigError('interrupted', 'The session was left.');
  const link = new SessionLink({
    connect: () => rig.connect(),
    opening: { kind: 'attach', params },
    stdout: captured?.stdout ?? new StreamSink(streams.stdout),
    stderr: captured?.stderr ?? new StreamSink(streams.stderr),
    signal,
    onNotice: (notice) => {
      if (notice.type === 'gap')
        ui.note(`${notice.to - notice.from} bytes of ${notice.stream} are not kept any more.`);
    },
    onStatus: (status) => {
      ui.note(
        status.state === 'lost' ? `Connection lost; trying to come back for ${status.seconds} s.` : 'Back.',
      );
    },
  });
  let writes = false;
  let interrupted = false;
  const interrupt = () => {
    if (!writes || interrupted) link.close(left);
    else link.control({ type: 'signal', signal: 'SIGINT' });
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  const signals = new ClosingSignals(process, (reason) => link.close(reason), ['SIGTERM', 'SIGHUP']);
  let keyboard: Keyboard | undefined;
  try {
    const accepted = await link.accepted;
    writes = accepted.mode === 'write';
    const begin = beginLine(accepted);
    if (begin !== null) ui.note(begin);
    if (!writes) ui.note(WATCHING);
    if (writes) {
      keyboard = new Keyboard(streams.stdin, {
        keys: new EscapeKeys(null),
        onBytes: (bytes) => link.write(bytes),
        onCommand: () => undefined,
        onEnd: () => link.end(),
        onError: (error) => link.close(error),
      });
    }
    const outcome = await link.outcome;
    if (!('exitCode' in outcome)) return undefined;
    requireProgramsEnd(outcome, accepted);
    setting.setExitCode(outcome.exitCode);
    const end = endLine(outcome.end);
    if (end !== null) ui.note(end);
    if (captured === undefined) return undefined;
    const { session, instance } = accepted;
    const { exitCode } = outcome;
    return { session, instance, exitCode, signal: outcome.signal, ...outputFields(captured) };
  } catch (error) {
    if (error === left && !writes) return undefined;
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    signals.stop();
    keyboard?.stop();
    (streams.stdin as { unref?: () => void }).unref?.();
  }
}
