import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { AuditEvent } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import { place, setQuery } from '../../frame/place.ts';
import { formatMoment } from '../../logic/format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { ChainCard } from './chain-card.tsx';

const tones: Record<AuditEvent['result'], Tone> = {
  started: 'busy',
  succeeded: 'good',
  refused: 'warn',
  failed: 'bad',
};

const RESULTS = ['started', 'succeeded', 'refused', 'failed'] as const;
const PAGE = 100;

/** Who did what, and the proof that the record of it is whole. */
export default function AuditPage() {
  const { user = '', action = '', target = '', result = '', since = '' } = place.value.query;
  const query = {
    ...(user === '' ? {} : { user }),
    ...(action === '' ? {} : { action }),
    ...(target === '' ? {} : { target }),
    ...(since === '' ? {} : { since: new Date(since).toISOString() }),
    ...(RESULTS.includes(result as (typeof RESULTS)[number])
      ? { result: result as (typeof RESULTS)[number] }
      : {}),
  };
  const key = JSON.stringify(query);
  const older = useSignal<{ key: string; events: readonly AuditEvent[]; next: string | null } | null>(null);
  const shown = useSignal<AuditEvent | null>(null);
  const allowed = may('audit.read');
  const resource = useResource(
    async (signal) =>
      allowed ? await call('listAudit', { query: { ...query, limit: PAGE }, signal }) : null,
    [key, allowed],
    { everyMs: null },
  );
  const more = useAction(async (cursor: string) => {
    const page = await call('listAudit', { query: { ...query, limit: PAGE, cursor } });
    const before = older.value?.key === key ? older.value.events : [];
    older.value = { key, events: [...before, ...page.events], next: page.nextCursor };
  });
  const columns = useMemo(() => auditColumns((event) => (shown.value = event)), [shown]);
  if (!allowed) {
    return (
      <Empty icon="audit" title="The audit log is not for you to read" heading>
        It takes the role admin of the platform. Ask an administrator:{' '}
        <code>rig access grant YOU admin platform</code>
      </Empty>
    );
  }
  return (
    <>
      <PageHead title="Audit" sub="Who did what to which target from where, and how it ended.">
        <Button icon="restart" onClick={() => resource.refresh()}>
          Refresh
        </Button>
      </PageHead>
      <div class="stack">
        <ChainCard />
        <Filters user={user} action={action} target={target} result={result} since={since} />
        <Waiting of={resource} height={400}>
          {(page) => {
            const rest = older.value?.key === key ? older.value : null;
            const events = [...(page?.events ?? []), ...(rest?.events ?? [])];
            const next = rest === null ? (page?.nextCursor ?? null) : rest.next;
            return (
              <>
                <DataTable
                  label="Audit records"
                  columns={columns}
                  rows={events}
                  keyOf={({ id }) => id}
                  empty={
                    <Empty icon="audit" title="No record is like that">
                      A word ending in * stands for all that begin like it.
                    </Empty>
                  }
                />
                {next !== null && (
                  <p class="more">
                    <Button busy={more.busy} onClick={() => void more.run(next)}>
                      Older records
                    </Button>
                  </p>
                )}
                {more.error !== null && <ErrorNote error={more.error} />}
              </>
            );
          }}
        </Waiting>
      </div>
      {shown.value !== null && (
        <Record
          event={shown.value}
          onClose={() => {
            shown.value = null;
          }}
        />
      )}
    </>
  );
}

type FiltersProps = Readonly<Record<'user' | 'action' | 'target' | 'result' | 'since', string>>;

function Filters({ user, action, target, result, since }: FiltersProps) {
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        setQuery(
          Object.fromEntries(
            [...form].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
          ),
        );
      }}
    >
      <label class="field">
        <span class="label">User</span>
        <input class="input" name="user" defaultValue={user} placeholder="ada" autocomplete="off" />
      </label>
      <label class="field">
        <span class="label">Action</span>
        <input class="input" name="action" defaultValue={action} placeholder="app.*" autocomplete="off" />
      </label>
      <label class="field">
        <span class="label">Target</span>
        <input class="input" name="target" defaultValue={target} placeholder="app/shop" autocomplete="off" />
      </label>
      <label class="field">
        <span class="label">Since</span>
        <input class="input" name="since" type="datetime-local" defaultValue={since} />
      </label>
      <label class="field">
        <span class="label">Result</span>
        <select class="input" name="result" defaultValue={result}>
          <option value="">every</option>
          {RESULTS.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Button type="submit" icon="search">
        Filter
      </Button>
      {[user, action, target, result, since].some((value) => value !== '') && (
        <Button
          look="bare"
          onClick={() => setQuery({ user: '', action: '', target: '', result: '', since: '' })}
        >
          Clear
        </Button>
      )}
    </form>
  );
}

function auditColumns(onShow: (event: AuditEvent) => void): Column<AuditEvent>[] {
  return [
    {
      key: 'at',
      title: 'When',
      render: ({ at }) => <time class="num moment">{formatMoment(at)}</time>,
    },
    { key: 'user', title: 'Who', priority: 2, render: ({ user }) => user },
    { key: 'action', title: 'What', render: ({ action }) => <span class="lead">{action}</span> },
    {
      key: 'target',
      title: 'Target',
      priority: 2,
      render: ({ target }) => <span class="break">{target}</span>,
    },
    {
      key: 'result',
      title: 'Result',
      priority: 2,
      render: ({ result, errorCode }) => <Badge tone={tones[result]}>{errorCode ?? result}</Badge>,
    },
    {
      key: 'client',
      title: 'From',
      priority: 3,
      render: ({ client }) => <span class="num soft">{client}</span>,
    },
    {
      key: 'details',
      title: '',
      figure: true,
      render: (event) => (
        <Button small look="bare" onClick={() => onShow(event)}>
          Details<span class="hidden-text"> of record {event.id}</span>
        </Button>
      ),
    },
  ];
}

function Record({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const { id, at, user, action, target, result, errorCode, client, requestId, invocationId, details } = event;
  return (
    <Dialog title={`Record ${id}`} wide onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <dl class="pairs">
        <dt>When</dt>
        <dd class="num">
          {formatMoment(at)} <span class="faint">({at})</span>
        </dd>
        <dt>Who</dt>
        <dd>{user}</dd>
        <dt>What</dt>
        <dd>{action}</dd>
        <dt>Target</dt>
        <dd>{target}</dd>
        <dt>Result</dt>
        <dd>
          {result}
          {errorCode !== null && `, ${errorCode}`}
        </dd>
        <dt>From</dt>
        <dd>{client}</dd>
        <dt>Request</dt>
        <dd class="mono">{requestId}</dd>
        <dt>Invocation</dt>
        <dd class="mono">{invocationId ?? '–'}</dd>
      </dl>
      <pre class="code" tabIndex={0} aria-label="What else was asked">
        {JSON.stringify(details, null, 2)}
      </pre>
    </Dialog>
  );
}
