import type { IsolationReport } from '@rig-ops/contract/supervisor';
import { type DoctorCheck, passed } from './doctor-check.ts';

const SHARED = 'Ports on loopback are shared by all.';

const HELD = {
  cgroup: 'A session has a cgroup: nothing that it starts outlives it.',
  'pid-namespace': 'A session has a pid namespace: nothing that it starts outlives it.',
  processes:
    'Processes of a session are known by their group, descent and environment; one that leaves all three outlives it unseen.',
} as const;

/** How apps are kept apart on this machine. That they are not is no problem as long as nobody relies on it. */
export function describeIsolation(report: IsolationReport): DoctorCheck[] {
  return [passed('platform', 'sessions', HELD[report.sessions]), describeApps(report)];
}

function describeApps({ kind, why, fix }: IsolationReport): DoctorCheck {
  if (kind === 'users')
    return passed(
      'platform',
      'isolation',
      `Each app has a user and a view of the machine of its own. ${SHARED}`,
    );
  if (kind === 'namespaces')
    return passed(
      'platform',
      'isolation',
      `Each app has namespaces of its own: it sees no processes and files of others and of you. ${SHARED}`,
    );
  const message =
    'Apps are isolated neither from one another nor from the platform, so that roles which run code are given on the ' +
    `whole platform only: ${why ?? 'it is not known why'}.`;
  return { ...passed('platform', 'isolation', message), fix };
}
