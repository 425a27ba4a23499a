import { RigError } from '@rig-ops/contract/errors';
import type { RecordingAbout } from '@rig-ops/contract/recording';
import type { RecordingReport, RecordingSpec, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { BlockFile, toBlock } from './block-file.ts';
import { castEncoder } from './cast-encoder.ts';
import { FileRecorder } from './file-recorder.ts';
import type { RecordingEncoder } from './recorded-event.ts';
import type { SessionRecorder } from './session-recorder.ts';
import { streamsEncoder } from './streams-encoder.ts';

/** What of a session a recording names. */
export type RecordedSession = Pick<
  SessionSpec,
  'id' | 'kind' | 'user' | 'app' | 'network' | 'instanceName' | 'release' | 'shownArgv' | 'terminal'
>;

/**
 * Makes the file of a recording, with its head, before the session begins. Where it cannot be made, a session
 * that must be recorded is refused; another one gets a recorder that only reports why there is nothing.
 * `onBroken`: the session must end now (`unrecorded`).
 * @throws RigError `recording_failed`
 */
export async function openRecorder(
  spec: RecordingSpec,
  session: RecordedSession,
  onBroken: (reason: string) => void,
): Promise<SessionRecorder> {
  const about: RecordingAbout = {
    session: session.id,
    kind: session.kind,
    user: session.user,
    app: session.app,
    network: session.network,
    instance: session.instanceName,
    release: session.release,
    argv: session.shownArgv,
    startedAt: new Date().toISOString(),
  };
  try {
    const began = performance.now();
    const now = () => Math.round((performance.now() - began) * 1000);
    const { terminal } = session;
    return terminal === null
      ? await begin(spec, streamsEncoder(about), now, onBroken)
      : await begin(spec, castEncoder(about, terminal), now, onBroken);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : message;
    if (!spec.required) return new FailedRecorder(spec.path, why);
    throw new RigError('recording_failed', `This session must be recorded, and cannot be: ${why}.`, {
      cause: error,
    });
  }
}

async function begin<State>(
  spec: RecordingSpec,
  encoder: RecordingEncoder<State>,
  now: () => number,
  onBroken: (reason: string) => void,
): Promise<SessionRecorder> {
  const file = await BlockFile.create(spec.path);
  try {
    await file.append(await toBlock(encoder.head));
  } catch (error) {
    await file.remove(spec.path);
    throw error;
  }
  return new FileRecorder({ file, spec, encoder, now, onBroken });
}

/** Of a session that goes on without its recording. */
class FailedRecorder implements SessionRecorder {
  readonly report: RecordingReport;

  constructor(path: string, failure: string) {
    this.report = { path, bytes: 0, sha256: null, truncated: false, failure };
  }

  output(): undefined {}
  input(): void {}
  resize(): void {}
  marker(): void {}
  async discard(): Promise<void> {}
  async end(): Promise<RecordingReport> {
    return this.report;
  }
}
