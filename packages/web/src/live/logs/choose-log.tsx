import { call } from '../../api/call.ts';
import { hrefOf } from '../../logic/route.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useAnswer } from '../use-answer.ts';

/** Which log: those of the apps and networks that somebody may see. */
export function ChooseLog() {
  const { value, error, again } = useAnswer(() => call('listApps', { query: {} }), 'apps');
  const apps = value?.apps ?? [];
  const networks = [...new Set(apps.map(({ network }) => network))].toSorted((a, b) => a.localeCompare(b));
  return (
    <div class="stack loose">
      <PageHead title="Logs" sub="What apps print, and the requests to them." />
      {error !== null && <ErrorNote error={error} retry={again} />}
      {value !== null && apps.length === 0 && (
        <Empty icon="logs" title="There are no apps yet">
          Deploy one, and what it prints appears here.
        </Empty>
      )}
      {networks.map((network) => (
        <section key={network} class="card">
          <header>
            <h2>{network}</h2>
            <a class="button small" href={hrefOf('logs', ['network', network])}>
              <Icon name="network" size={14} />
              Requests in {network}
            </a>
          </header>
          <ul class="live-links">
            {apps
              .filter((app) => app.network === network)
              .map((app) => (
                <li key={app.name}>
                  <a href={hrefOf('logs', ['app', app.name])}>
                    <Icon name="logs" size={14} />
                    {app.name}
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
