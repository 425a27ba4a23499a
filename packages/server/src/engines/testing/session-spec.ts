import type { SessionAttachSpec, SessionSpec } from '@rig-ops/contract/supervisor-sessions';

/** A session as tests begin it; what is given counts. */
export function sessionSpec(change: Partial<SessionSpec> & { argv: string[] }): SessionSpec {
  return {
    id: 'ses_1',
    kind: 'command',
    user: 'ann',
    client: { id: 'cli_1', user: 'ann', address: 'local' },
    app: null,
    appId: null,
    network: 'default',
    process: null,
    instanceName: null,
    release: null,
    instance: null,
    shownArgv: change.argv,
    cwd: '/',
    env: {},
    terminal: null,
    reason: null,
    limits: { reconnectSeconds: 60, detachedSeconds: 60, idleSeconds: null, maximumSeconds: null },
    detach: false,
    timeoutMs: null,
    recording: null,
    untold: false,
    ...change,
  };
}

/** The one that has begun it comes again. */
export function attachSpec(change: Partial<SessionAttachSpec> = {}): SessionAttachSpec {
  return {
    session: 'ses_1',
    client: { id: 'cli_1', user: 'ann', address: 'local' },
    mode: null,
    steal: false,
    from: null,
    terminal: null,
    ...change,
  };
}
