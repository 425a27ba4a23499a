import type { Session, SessionRecording } from '@rig-ops/contract/resources';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { SessionRow } from './session-store.ts';

/** A session as the API tells it: what is remembered, and what its engine says while it runs. */
export function toSession(
  row: SessionRow,
  report: SessionReport | undefined,
  recording: SessionRecording | undefined,
): Session {
  const live = row.endedAt === null && report?.state === 'running' ? report : undefined;
  return {
    id: row.id,
    kind: row.kind,
    user: row.user,
    app: row.app,
    network: row.network,
    process: row.process,
    instance: row.instance,
    release: row.release,
    argv: row.argv,
    terminal: live === undefined ? row.terminal : live.terminal,
    reason: row.reason,
    state: row.endedAt === null ? 'running' : 'ended',
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    lastActiveAt: live?.lastActiveAt ?? row.lastActiveAt,
    exitCode: row.exitCode,
    end: row.end,
    bytes: live?.bytes ?? row.bytes,
    clients: (live?.clients ?? []).map(({ id, user, mode, since, address }) => ({
      id,
      user,
      mode,
      since,
      address,
    })),
    detached: live?.spec.detach ?? row.detached,
    endsAt: live?.endsAt ?? null,
    limits: row.limits,
    recording: recording ?? null,
    containment: live?.containment ?? row.containment,
  };
}
