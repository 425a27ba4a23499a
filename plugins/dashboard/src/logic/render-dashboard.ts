import { formatBytes, layOutTable, sanitise, type TableColumn } from '@rig-ops/kit/text';
import type { AppTraffic, DashboardDocument } from './dashboard/dashboard-document.ts';
import { formatCount, formatLatency, formatPercent } from './dashboard/figures.ts';
import type { Point } from './dashboard/metrics-history.ts';
import type { DashboardRecord } from './dashboard/watch-dashboard.ts';
import type { Look } from './look.ts';
import { renderStatus } from './render-status.ts';

const columns: TableColumn[] = [
  { key: 'app', header: 'APP' },
  { key: 'requests', header: 'REQ/S', align: 'right' },
  { key: 'errors', header: 'ERRORS', align: 'right' },
  { key: 'p50', header: 'P50', align: 'right' },
  { key: 'p95', header: 'P95', align: 'right' },
  { key: 'p99', header: 'P99', align: 'right' },
  { key: 'in', header: 'IN/S', align: 'right' },
  { key: 'out', header: 'OUT/S', align: 'right' },
  { key: 'cpu', header: 'CPU', align: 'right' },
  { key: 'memory', header: 'MEMORY', align: 'right' },
];

/** The dashboard as one page of text: the status, and the traffic of every app. */
export function renderDashboard({ status, traffic }: DashboardDocument, look: Look): string {
  const page = renderStatus(status, look);
  if (traffic.length === 0) return page;
  const rows = traffic.map(describeTraffic);
  const [header = '', ...lines] = layOutTable(rows, columns, { width: look.width });
  return [
    page,
    '',
    look.style('dim', 'TRAFFIC OF THE LAST 10 SECONDS'),
    look.style('dim', header),
    ...lines,
  ].join('\n');
}

const bytes = (value: Point): string | null => (value === null ? null : formatBytes(value));

function describeTraffic(app: AppTraffic): Record<string, unknown> {
  return {
    app: app.app,
    requests: formatCount(app.requests),
    errors: formatPercent(app.errorPercent),
    p50: formatLatency(app.p50),
    p95: formatLatency(app.p95),
    p99: formatLatency(app.p99),
    in: bytes(app.bytesIn),
    out: bytes(app.bytesOut),
    cpu: formatPercent(app.cpu),
    memory: bytes(app.memory),
  };
}

/** A change as one line; nothing for figures, which change all the time. */
export function renderChange(record: DashboardRecord, look: Look): string | undefined {
  const at = look.style('dim', look.now.toISOString().slice(11, 19));
  const say = (text: string) => `${at} ${sanitise(text)}`;
  switch (record.type) {
    case 'snapshot':
      return renderDashboard(record, look);
    case 'event':
      return say(`${record.app ?? 'platform'}: ${record.message} (${record.kind})`);
    case 'app': {
      if (record.app === null) return say(`${record.name} is gone`);
      const { status, release, instances, processes } = record.app;
      const wanted = processes.reduce((sum, process) => sum + process.instances, 0);
      const running = instances.filter(({ state }) => state === 'running').length;
      const version = release === null ? 'no release' : `v${release}`;
      return say(`${record.name} is ${status}: ${version}, ${running}/${wanted} running`);
    }
    case 'health':
      return record.healthy
        ? say('All is well.')
        : record.problems
            .map(({ app, message, fix }) => say(`! ${app === null ? '' : `${app}: `}${message} Fix: ${fix}`))
            .join('\n');
    case 'connection':
      return say(
        record.lost ? `The connection was lost; trying again. ${record.message ?? ''}` : 'Connected again.',
      );
    case 'figures':
      break;
  }
  return undefined;
}
