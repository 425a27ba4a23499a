import type { PlatformEvent } from '@rig-ops/contract/resources';
import { hrefOf } from '../../logic/route.ts';
import { Card } from '../../parts/card.tsx';
import { EventLine } from '../../parts/event-line.tsx';

export function LatestEvents({ events }: { events: readonly PlatformEvent[] }) {
  return (
    <Card title="Latest events" flush tools={<a href={hrefOf('events')}>All events</a>}>
      {events.length === 0 ? (
        <p class="body-text soft">Nothing has happened yet.</p>
      ) : (
        <ul class="lines">
          {events.slice(0, 8).map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ul>
      )}
    </Card>
  );
}
