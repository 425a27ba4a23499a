import type { SessionRow } from '../session-store.ts';

/** A session as it is remembered while it runs; what is given counts. */
export function sessionRow(change: Partial<SessionRow> = {}): SessionRow {
  return {
    id: 'ses_1',
    kind: 'command',
    userId: 'usr_ann',
    user: 'ann',
    appId: 'app_1',
    app: 'shop',
    network: 'default',
    process: 'web',
    instance: 'web.1',
    release: 1,
    argv: ['cat'],
    terminal: null,
    reason: null,
    detached: false,
    limits: { reconnectSeconds: 60, detachedSeconds: 60, idleSeconds: null, maximumSeconds: null },
    containment: 'processes',
    client: 'local',
    invocationId: null,
    requestId: 'req_1',
    tokenId: 'tok_1',
    startedAt: '2026-01-02T03:04:05.678Z',
    lastActiveAt: '2026-01-02T03:04:05.678Z',
    endedAt: null,
    exitCode: null,
    signal: null,
    end: null,
    bytes: { stdin: 0, stdout: 0, stderr: 0 },
    ...change,
  };
}
