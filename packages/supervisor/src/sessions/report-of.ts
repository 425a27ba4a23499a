import type { SessionContainment } from '../containment/session-containment.ts';
import type { SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';

/** What is told of a session when it begins; nothing of its environment. */
export function reportOf(
  spec: SessionSpec,
  startedAt: string,
  { kind }: Pick<SessionContainment, 'kind'>,
): SessionReport {
  const { env: _env, argv: _argv, client: _client, terminal, ...told } = spec;
  return {
    spec: told,
    state: 'running',
    pid: null,
    terminal: terminal && { columns: terminal.columns, rows: terminal.rows },
    startedAt,
    endedAt: null,
    lastActiveAt: startedAt,
    exitCode: null,
    signal: null,
    end: null,
    bytes: { stdin: 0, stdout: 0, stderr: 0 },
    clients: [],
    endsAt: null,
    containment: kind,
    recording: null,
  };
}
