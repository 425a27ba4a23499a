import { useSignal } from '@preact/signals';
import { call } from '../../api/call.ts';
import { status } from '../../data/status.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource, useShared } from '../../data/use-resource.ts';
import { place, setQuery } from '../../frame/place.ts';
import { eventMatches, type KnownEvents, withNewer } from '../../logic/merge-events.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { EventLine } from '../../parts/event-line.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Waiting } from '../../parts/waiting.tsx';

const PAGE = 200;

/** What happens on the platform, as it happens. */
export default function EventsPage() {
  const paused = useSignal(false);
  const older = useSignal<KnownEvents['events']>([]);
  const further = useSignal<string | null | undefined>(undefined);
  const { app = '', kind = '', text = '' } = place.value.query;
  const apps = useShared(status).data.value?.apps ?? [];
  const resource = useResource<KnownEvents>(
    async (signal, known) => {
      if (known === null) {
        const { events, nextCursor } = await call('listEvents', { query: { limit: PAGE }, signal });
        return { events, missed: 0, older: nextCursor };
      }
      const { events, missed } = await call('followEvents', {
        params: { event: String(known.events[0]?.id ?? 0) },
        query: { wait: 'true', limit: 1000 },
        signal,
      });
      return withNewer(known, events, missed);
    },
    [],
    { everyMs: 0 },
  );
  const frozen = useSignal<KnownEvents | null>(null);
  const more = useAction(async (cursor: string) => {
    const page = await call('listEvents', { query: { limit: PAGE, cursor } });
    older.value = [...older.value, ...page.events];
    further.value = page.nextCursor;
  });
  const shownNow = paused.value ? (frozen.value ?? resource.data.value) : resource.data.value;
  const waiting = paused.value
    ? (resource.data.value?.events[0]?.id ?? 0) - (shownNow?.events[0]?.id ?? 0)
    : 0;
  return (
    <>
      <PageHead title="Events" sub="Releases, health, scale and access, as they happen.">
        <Button
          onClick={() => {
            frozen.value = resource.data.value;
            paused.value = !paused.value;
          }}
        >
          {paused.value ? `Go on${waiting > 0 ? ` (${waiting} new)` : ''}` : 'Pause'}
        </Button>
      </PageHead>
      <Waiting of={resource} height={400}>
        {(live) => {
          const known = shownNow ?? live;
          const all = [...known.events, ...older.value];
          const kinds = [...new Set(all.map((event) => event.kind))].toSorted((a, b) => a.localeCompare(b));
          const found = all.filter((event) => eventMatches(event, { app, kind, text }));
          const cursor = further.value === undefined ? known.older : further.value;
          return (
            <section class="card" aria-label="Events">
              <header>
                <div class="table-tools">
                  <label class="search">
                    <Icon name="search" size={14} />
                    <span class="hidden-text">Filter events</span>
                    <input
                      class="input"
                      type="search"
                      placeholder="Filter"
                      value={text}
                      onInput={(event) => setQuery({ text: event.currentTarget.value })}
                    />
                  </label>
                  <label>
                    <span class="hidden-text">App</span>
                    <select
                      class="input"
                      value={app}
                      onChange={(event) => setQuery({ app: event.currentTarget.value })}
                    >
                      <option value="">every app</option>
                      {apps.map(({ name }) => (
                        <option key={name} value={name}>
                          {name}
                        </option>
                      ))}
                      {app !== '' && !apps.some(({ name }) => name === app) && (
                        <option value={app}>{app}</option>
                      )}
                    </select>
                  </label>
                  <label>
                    <span class="hidden-text">Kind</span>
                    <select
                      class="input"
                      value={kind}
                      onChange={(event) => setQuery({ kind: event.currentTarget.value })}
                    >
                      <option value="">every kind</option>
                      {kinds.map((name) => (
                        <option key={name} value={name}>
                          {name}
                        </option>
                      ))}
                      {kind !== '' && !kinds.includes(kind) && <option value={kind}>{kind}</option>}
                    </select>
                  </label>
                </div>
              </header>
              {found.length === 0 ? (
                <Empty
                  icon="events"
                  title={all.length === 0 ? 'Nothing has happened yet' : 'No event is like that'}
                >
                  {all.length === 0 ? 'Deploys, health and access will be told here.' : 'Try another filter.'}
                </Empty>
              ) : (
                <ul class="lines">
                  {found.map((event) => (
                    <EventLine key={event.id} event={event} />
                  ))}
                </ul>
              )}
              {cursor !== null && (
                <p class="more">
                  <Button small busy={more.busy} onClick={() => void more.run(cursor)}>
                    Older events
                  </Button>
                </p>
              )}
            </section>
          );
        }}
      </Waiting>
    </>
  );
}
