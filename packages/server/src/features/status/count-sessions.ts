import type { SessionCounts } from '@rig-ops/contract/resources';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import { type Reach, reaches } from '../access/decide.ts';
import type { SessionRow } from '../sessions/session-store.ts';

/**
 * Counts the sessions that somebody may see: own ones, and those within reach.
 * @param rows those that have not ended as far as is remembered
 * @param reportOf what the engine tells of one
 */
export function countSessions(
  rows: readonly Pick<SessionRow, 'id' | 'userId' | 'appId' | 'network'>[],
  reportOf: (id: string) => SessionReport | undefined,
  { reach, userId }: { reach: Reach; userId: string },
): SessionCounts {
  const reports = rows
    .filter((row) => row.userId === userId || reaches(reach, { id: row.appId ?? '', network: row.network }))
    .map(({ id }) => reportOf(id))
    .filter((report) => report !== undefined)
    // What has ended, or has yet to begin, does not run, whatever is remembered.
    .filter(({ state }) => state === 'running');
  const attached = reports.filter(({ clients }) => clients.length > 0).length;
  return {
    running: reports.length,
    attached,
    detached: reports.length - attached,
    recording: reports.filter(({ recording }) => recording !== null && recording.failure === null).length,
  };
}
