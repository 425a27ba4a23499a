import '../live.css';
import { useState } from 'preact/hooks';
import type { Session } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { session as me } from '../../api/session.ts';
import { place, setQuery } from '../../frame/place.ts';
import { formatBytes } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Since } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { useAnswer } from '../use-answer.ts';
import { Approvals } from './approvals.tsx';
import { clientsOf, isPlayable, placeOf, stateOf } from './session-words.ts';

const ASK_EVERY_MS = 3000;

const columns: readonly Column<Session>[] = [
  {
    key: 'session',
    title: 'Session',
    render: (one) => (
      <>
        <a
          class="lead mono"
          href={hrefOf(
            one.state === 'running' ? 'terminal' : 'sessions',
            one.state === 'running' ? ['session', one.id] : [one.id],
          )}
        >
          {one.id}
        </a>
        <div class="small faint break">
          {placeOf(one)} · {one.argv.join(' ')}
        </div>
      </>
    ),
    sort: (one) => one.id,
  },
  { key: 'user', title: 'User', render: (one) => one.user, sort: (one) => one.user, priority: 2 },
  {
    key: 'state',
    title: 'State',
    render: (one) => <Badge tone={stateOf(one).tone}>{stateOf(one).text}</Badge>,
    sort: (one) => stateOf(one).text,
  },
  { key: 'clients', title: 'Attached', render: clientsOf, priority: 3 },
  {
    key: 'started',
    title: 'Began',
    render: (one) => <Since at={one.startedAt} ago />,
    sort: (one) => one.startedAt,
    priority: 2,
  },
  {
    key: 'ends',
    title: 'Ends',
    render: (one) => <Until one={one} />,
    sort: (one) => one.endsAt ?? one.endedAt,
    priority: 3,
  },
  {
    key: 'bytes',
    title: 'Bytes',
    figure: true,
    render: ({ bytes }) => (
      <span
        title={`${bytes.stdin.toLocaleString('en')} in, ${(bytes.stdout + bytes.stderr).toLocaleString('en')} out`}
      >
        {formatBytes(bytes.stdin + bytes.stdout + bytes.stderr)}
      </span>
    ),
    sort: ({ bytes }) => bytes.stdin + bytes.stdout + bytes.stderr,
    priority: 3,
  },
];

function Until({ one }: { one: Session }) {
  if (one.endedAt !== null) return <Since at={one.endedAt} ago />;
  if (one.endsAt === null) return <span class="faint">no limit</span>;
  const at = new Date(one.endsAt);
  return (
    <time class="num nowrap" dateTime={one.endsAt} title={at.toLocaleString()}>
      {at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}
      {at.getTime() - Date.now() > 86_400_000 ? ' later' : ''}
    </time>
  );
}

/** `#/sessions[/<id>]`. */
export default function SessionsPage({ params }: { params: readonly string[] }) {
  const shows = place.value.query.show === 'all' ? 'all' : 'running';
  const [killing, setKilling] = useState<Session | null>(null);
  const { value, error, again } = useAnswer(
    () => call('listSessions', { query: { state: shows } }),
    shows,
    ASK_EVERY_MS,
  );
  const [more, setMore] = useState<{ of: string; sessions: readonly Session[]; cursor: string | null }>({
    of: shows,
    sessions: [],
    cursor: null,
  });
  const [one] = params;
  const known = more.of === shows ? more : { sessions: [], cursor: null };
  const seen = new Set((value?.sessions ?? []).map(({ id }) => id));
  const all = [...(value?.sessions ?? []), ...known.sessions.filter(({ id }) => !seen.has(id))];
  const rows = one === undefined ? all : all.filter(({ id }) => id === one);
  const cursor = known.sessions.length === 0 ? (value?.nextCursor ?? null) : known.cursor;
  const loadMore = async () => {
    if (cursor === null) return;
    const page = await call('listSessions', { query: { state: shows, cursor } });
    setMore({ of: shows, sessions: [...known.sessions, ...page.sessions], cursor: page.nextCursor });
  };
  const actions: Column<Session> = {
    key: 'actions',
    title: 'Actions',
    render: (row) => <Actions row={row} onKill={() => setKilling(row)} />,
  };
  return (
    <div class="stack">
      <PageHead title="Sessions" sub="Shells and commands: who is in them, and what is kept of them.">
        <Segments
          label="Which sessions"
          value={shows}
          options={[
            { value: 'running', text: 'Running' },
            { value: 'all', text: 'All' },
          ]}
          onPick={(show) => setQuery({ show: show === 'all' ? 'all' : undefined })}
        />
        <a class="button primary" href={hrefOf('terminal')}>
          Open a shell
        </a>
      </PageHead>
      {error !== null && <ErrorNote error={error} retry={again} />}
      <Approvals />
      {one !== undefined && (
        <p>
          <a href={hrefOf('sessions')}>All sessions</a>
        </p>
      )}
      {value !== null && (
        <DataTable
          label="Sessions"
          columns={[...columns, actions]}
          rows={rows}
          keyOf={(row) => row.id}
          textOf={(row) => [row.id, row.user, placeOf(row), stateOf(row).text, row.argv.join(' ')].join(' ')}
          empty={
            <Empty icon="terminal" title={shows === 'all' ? 'No session yet' : 'Nothing runs'}>
              A shell or a command in an app appears here while it runs, and for 90 days after it.
            </Empty>
          }
        />
      )}
      {cursor !== null && shows === 'all' && one === undefined && (
        <button type="button" class="button" onClick={() => void loadMore()}>
          Older ones
        </button>
      )}
      {killing !== null && (
        <KillDialog
          one={killing}
          onClose={() => {
            setKilling(null);
            again();
          }}
        />
      )}
    </div>
  );
}

function Actions({ row, onKill }: { row: Session; onKill: () => void }) {
  const who = me.value;
  const where = row.app === null ? { network: row.network } : { app: row.app, network: row.network };
  const isOwn = who.state === 'in' && who.user === row.user;
  const may = (verb: 'sessions.attach' | 'sessions.end' | 'sessions.replay') =>
    isOwn || (who.state === 'in' && who.can(verb, where));
  return (
    <span class="row session-actions">
      {row.state === 'running' && row.terminal !== null && may('sessions.attach') && (
        <>
          <a class="button small" href={hrefOf('terminal', ['session', row.id])}>
            Attach
          </a>
          <a class="button small" href={hrefOf('terminal', ['session', row.id, 'watch'])}>
            Watch
          </a>
        </>
      )}
      {isPlayable(row) && may('sessions.replay') && (
        <a class="button small" href={hrefOf('replay', [row.id])}>
          Replay
        </a>
      )}
      {row.state === 'running' && may('sessions.end') && (
        <button type="button" class="button small" onClick={onKill}>
          End<span class="hidden-text"> {row.id}</span>
        </button>
      )}
    </span>
  );
}

function KillDialog({ one, onClose }: { one: Session; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const kill = async () => {
    setBusy(true);
    setError(null);
    try {
      await call('killSession', { params: { session: one.id } });
      toast(`Session ${one.id} ends.`);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`End session ${one.id}?`}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void kill()}
      actions={
        <>
          <button type="button" class="button" disabled={busy} onClick={onClose}>
            Let it run
          </button>
          <button type="submit" class="button danger" data-first-focus aria-busy={busy} disabled={busy}>
            End it
          </button>
        </>
      }
    >
      <p>
        <code>{one.argv.join(' ')}</code> of {one.user} in {placeOf(one)} ends, and everything it has started.
        Who is attached is thrown out: {clientsOf(one)}.
      </p>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
