import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { RECORDING_ENDINGS } from '@rig-ops/contract/recording';
import type { RecordingSettings, SessionRecording } from '@rig-ops/contract/resources';
import type { RecordingReport, RecordingSpec } from '@rig-ops/contract/supervisor-sessions';
import { type Clock, timestampOf } from '../../clock.ts';
import type { BinaryAnswer } from '../../http/route-handlers.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { hashFile, sendFile } from './recording-file.ts';
import type { RecordingRow, RecordingStore } from './recording-store.ts';

const MEGABYTE = 1024 * 1024;

export interface RecordingServiceDeps {
  readonly store: RecordingStore;
  readonly folder: string;
  readonly settings: () => Promise<RecordingSettings>;
  readonly audit: Pick<AuditLog, 'list'>;
  readonly clock: Clock;
}

/** The recordings of sessions: whether there is one, how it ended, and its bytes. */
export class RecordingService {
  readonly #deps: RecordingServiceDeps;

  constructor(deps: RecordingServiceDeps) {
    this.#deps = deps;
  }

  /** Plans the recording of a session that is about to begin. */
  async plan(
    session: string,
    { terminal, required }: { terminal: boolean; required: boolean },
  ): Promise<RecordingSpec> {
    const { store, folder, settings, clock } = this.#deps;
    const file = `${session}${terminal ? RECORDING_ENDINGS.terminal : RECORDING_ENDINGS.streams}`;
    const { sessionMegabytes, input } = await settings();
    await store.add(session, file, timestampOf(clock));
    return {
      path: join(folder, file),
      maxBytes: Math.floor(sessionMegabytes * MEGABYTE),
      input,
      required,
    };
  }

  /** The session did not begin: nothing was recorded. */
  async drop(session: string): Promise<void> {
    const { store, folder } = this.#deps;
    const row = await store.find(session);
    if (row === undefined) return;
    await rm(join(folder, row.file), { force: true });
    await store.forget(session);
  }

  /**
   * The session has ended; `report` is what its supervisor says, null when it says nothing. Answers what the
   * audit log is to tell; undefined for a session that is not recorded.
   */
  async ended(
    session: string,
    report: RecordingReport | null,
  ): Promise<{ sha256: string | null; bytes: number; truncated: boolean; failure?: string } | undefined> {
    const { store, clock } = this.#deps;
    const row = await store.find(session);
    if (row === undefined) return undefined;
    const failure = report === null ? 'Its supervisor does not know it any more.' : report.failure;
    const values = {
      sha256: report?.sha256 ?? null,
      bytes: report?.bytes ?? 0,
      truncated: report?.truncated ?? false,
    };
    await store.change(session, {
      ...values,
      state: failure === null ? 'kept' : 'failed',
      truncated: values.truncated ? 1 : 0,
      failure,
      ended_at: timestampOf(clock),
    });
    return { ...values, ...(failure === null ? {} : { failure }) };
  }

  /** What lists tell of the recordings of sessions. */
  async describe(sessions: readonly string[]): Promise<Map<string, SessionRecording>> {
    const rows = await this.#deps.store.findAll(sessions);
    const described = rows.map(async (row) => [row.session, await this.#describe(row)] as const);
    return new Map(await Promise.all(described));
  }

  /**
   * The bytes of a recording from an offset on: of one that is finished, once it is what the audit log says.
   * @throws RigError `recording_not_found`, `recording_altered`
   */
  async read(session: string, offset: number): Promise<BinaryAnswer> {
    const row = await this.#deps.store.find(session);
    if (row === undefined) throw noRecording(`Session ${session} was not recorded.`);
    if (row.state === 'removed')
      throw noRecording(`The recording of session ${session} was removed by its retention.`);
    const path = join(this.#deps.folder, row.file);
    const { size } = await stat(path).catch(() => {
      throw row.state === 'recording'
        ? noRecording(`Nothing of session ${session} is recorded yet.`)
        : altered(session, 'its file is gone');
    });
    const sha256 = row.state === 'recording' ? undefined : await this.#verify(row, path);
    return sendFile(path, Math.min(offset, size), size, {
      'x-rig-recording-state': row.state,
      ...(sha256 === undefined ? {} : { 'x-rig-recording-sha256': sha256 }),
    });
  }

  async #describe(row: RecordingRow): Promise<SessionRecording> {
    const { state, bytes, sha256, truncated } = row;
    // While it is written only the file itself knows how long it is.
    const live =
      state === 'recording' ? await stat(join(this.#deps.folder, row.file)).catch(() => null) : null;
    return { state, bytes: live?.size ?? bytes, sha256, truncated: truncated === 1 };
  }

  /** @returns its hash, which is the one of the audit log; undefined for one that never had any */
  async #verify(row: RecordingRow, path: string): Promise<string | undefined> {
    const { items } = await this.#deps.audit.list({ session: row.session, action: 'session.end', limit: 1 });
    const recorded = (items[0]?.details.recording ?? {}) as { sha256?: unknown };
    // The log may be shorter than this one is old: then the row is all there is.
    const expected = items.length > 0 ? recorded.sha256 : row.sha256;
    if (typeof expected !== 'string') return undefined;
    const found = await hashFile(path);
    if (found !== expected) throw altered(row.session, `its hash is ${found}, and was ${expected}`);
    return found;
  }
}

const noRecording = (message: string) => new RigError('recording_not_found', message);

const altered = (session: string, what: string) =>
  new RigError('recording_altered', `The recording of session ${session} was altered: ${what}.`);
