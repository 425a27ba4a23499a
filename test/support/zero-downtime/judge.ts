import type { LoadReport } from './load-report.ts';

/** What a proof rests on, so that a client that was idle proves nothing. */
export interface Expectation {
  /** That went live while the load ran, oldest first. */
  releases: number[];
  drainSeconds: number;
}

/** Clocks are read, and messages sent, a little later than things happen. */
const SLACK_MS = 500;

/**
 * What speaks against "no request fails, and a WebSocket closes only after the drain"; nothing where it
 * holds.
 */
export function judge(report: LoadReport, { releases, drainSeconds }: Expectation): string[] {
  const faults = report.failures.map(
    ({ lane, error, afterMs, release }) => `${lane}: ${error} after ${afterMs} ms (v${release ?? '?'})`,
  );
  for (const release of releases) {
    if (report.releases[release] === undefined) faults.push(`v${release} answered nothing`);
  }
  for (const [lane, count] of Object.entries(report.done)) {
    if (count < releases.length) faults.push(`${lane}: only ${count} went well`);
  }
  for (const { release, at } of report.closed) {
    const successor = releases[releases.indexOf(release) + 1];
    const switchedAt = successor === undefined ? undefined : report.releases[successor]?.first;
    const heldMs = switchedAt === undefined ? -1 : at - switchedAt;
    if (heldMs < drainSeconds * 1000 - SLACK_MS) {
      faults.push(`web-socket: v${release} closed it ${heldMs} ms after the switch, not after the drain`);
    }
  }
  return faults;
}

/** A line for people about what was seen. */
export function summarise({ done, closed, failures, releases }: LoadReport): string {
  const counts = Object.entries(done).map(([lane, count]) => `${count} ${lane}`);
  return `${Object.keys(releases).length} releases: ${counts.join(', ')}, ${closed.length} sockets closed after the drain, ${failures.length} failures`;
}
