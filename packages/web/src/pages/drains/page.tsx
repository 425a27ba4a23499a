import type { AuditDrain, LogDrain } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import { Amount } from '../../parts/amount.tsx';
import { Badge } from '../../parts/badge.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';

/** What drains of logs and of the audit log have in common. */
type Drain = Pick<
  LogDrain & AuditDrain,
  'name' | 'url' | 'lag' | 'lastSentAt' | 'failures' | 'rejected' | 'lastError'
> & { readonly of: string };

const columns: readonly Column<Drain>[] = [
  {
    key: 'name',
    title: 'Drain',
    sort: ({ name }) => name,
    render: ({ name }) => <span class="lead">{name}</span>,
  },
  {
    key: 'state',
    title: 'State',
    sort: ({ failures }) => -failures,
    render: ({ failures, lastError }) =>
      lastError === null ? (
        <Badge tone="good">sends</Badge>
      ) : (
        <Badge tone="bad">{failures === 1 ? 'failed once' : `failed ${failures} times`}</Badge>
      ),
  },
  { key: 'of', title: 'Of', sort: ({ of }) => of, render: ({ of }) => of },
  {
    key: 'url',
    title: 'To',
    priority: 2,
    render: ({ url, lastError }) => (
      <span class="break">
        <code>{url}</code>
        {lastError !== null && <p class="soft small">{lastError}</p>}
      </span>
    ),
  },
  {
    key: 'lag',
    title: 'Behind',
    figure: true,
    sort: ({ lag }) => lag,
    render: ({ lag }) => <Amount value={lag} />,
  },
  {
    key: 'rejected',
    title: 'Thrown away',
    figure: true,
    priority: 3,
    sort: ({ rejected }) => rejected,
    render: ({ rejected }) => <Amount value={rejected} />,
  },
  {
    key: 'sent',
    title: 'Last sent',
    figure: true,
    priority: 2,
    sort: ({ lastSentAt }) => lastSentAt,
    render: ({ lastSentAt }) => <Since at={lastSentAt} ago />,
  },
];

const keyOf = ({ of, name }: Drain) => `${of} ${name}`;
const textOf = ({ name, of, url, lastError }: Drain) => `${name} ${of} ${url} ${lastError ?? ''}`;

/** Where logs and the audit log are sent, and how that goes. */
export default function DrainsPage() {
  const logs = may('drains.read');
  const audit = may('audit.read');
  const drains = useResource(
    async (signal): Promise<Drain[]> => {
      const [ofLogs, ofAudit] = await Promise.all([
        logs ? call('listLogDrains', { signal }) : { drains: [] },
        audit ? call('listAuditDrains', { signal }) : { drains: [] },
      ]);
      return [
        ...ofLogs.drains.map((drain) => ({ ...drain, of: drain.target })),
        ...ofAudit.drains.map((drain) => ({ ...drain, of: 'the audit log' })),
      ];
    },
    [logs, audit],
    { everyMs: 5000 },
  );
  if (!logs && !audit) {
    return (
      <Empty icon="drain" title="Drains are not for you to see" heading>
        It takes the role admin of the platform.
      </Empty>
    );
  }
  return (
    <>
      <PageHead title="Drains" sub="Where logs and the audit log are sent, and how that goes." />
      <Waiting of={drains} height={200}>
        {(list) => (
          <DataTable
            label="Drains"
            columns={columns}
            rows={list}
            keyOf={keyOf}
            textOf={textOf}
            first={{ key: 'name', down: false }}
            empty={
              <Empty
                icon="drain"
                title="Nothing is sent on"
                action={<code class="typed">rig logs drains add --help</code>}
              >
                Logs stay on the platform for as long as its retention says. A drain sends them to a receiver
                of yours as well: syslog, OTLP or lines of JSON.
              </Empty>
            }
          />
        )}
      </Waiting>
    </>
  );
}
