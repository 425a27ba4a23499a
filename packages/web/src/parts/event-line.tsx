import type { PlatformEvent } from '@rig-ops/contract/resources';
import { hrefOf } from '../logic/route.ts';
import { toneOfEvent } from '../logic/event-tone.ts';
import { Badge } from './badge.tsx';
import { Since } from './since.tsx';

/** One line of what happened. */
export function EventLine({ event }: { event: PlatformEvent }) {
  const { app, kind, message, at } = event;
  return (
    <li>
      <Badge tone={toneOfEvent(kind)}>{kind}</Badge>
      <span class="grow break">
        {app !== null && (
          <>
            <a href={hrefOf('apps', [app])}>{app}</a>{' '}
          </>
        )}
        {message}
      </span>
      <span class="faint small">
        <Since at={at} ago />
      </span>
    </li>
  );
}
