import type { Status } from '@rig-ops/contract/resources';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Since } from '../../parts/since.tsx';

export function DeploysUnderWay({ deploys }: { deploys: Status['deploys'] }) {
  return (
    <Card title="Deploys under way" flush>
      <ul class="lines">
        {deploys.map(({ id, app, kind, release, step, startedAt, user }) => (
          <li key={id}>
            <Badge tone="busy">{step}</Badge>
            <span class="grow">
              <a class="lead" href={hrefOf('apps', [app])}>
                {app}
              </a>{' '}
              {release !== null && <span class="num">v{release}</span>}{' '}
              <span class="soft">
                {kind} by {user}
              </span>
            </span>
            <span class="faint small">
              <Since at={startedAt} ago />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
