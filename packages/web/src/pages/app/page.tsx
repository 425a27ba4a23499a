import { useEffect } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { problems, status } from '../../data/status.ts';
import { useResource } from '../../data/use-resource.ts';
import { mayInApp } from '../../data/may.ts';
import { hrefOf } from '../../logic/route.ts';
import { AppState } from '../../parts/app-state.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Since } from '../../parts/since.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { AppActions } from './app-actions.tsx';
import { AppLive } from './app-live.tsx';
import { BuildsTab } from './builds-tab.tsx';
import { ConfigTab } from './config-tab.tsx';
import { Deploys } from './deploys.tsx';
import { ReleasePage } from './release-page.tsx';
import { ReleasesTab } from './releases-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';

interface AppPageProps {
  readonly app: string;
  readonly params: readonly string[];
}

/** One app: `#/apps/shop`, and its parts as `#/apps/shop/config`. */
export default function AppPage({ app, params }: AppPageProps) {
  const [tab = 'live', detail] = params;
  const details = useResource((signal) => call('getApp', { params: { app }, signal }), [app], {
    everyMs: 2000,
  });
  const { value } = details.data;
  const wrong = problems.value.filter((problem) => problem.app === app);
  const error = details.error.value as { code?: string } | null;

  // What was done here is seen at once.
  const refresh = () => {
    details.refresh();
    status.refresh();
  };
  useEffect(() => {
    document.title = `${app} · rig`;
  }, [app]);

  if (error?.code === 'app_not_found') {
    return (
      <Empty
        icon="apps"
        title={`There is no app ${app}`}
        heading
        action={
          <a class="button" href={hrefOf('apps')}>
            All apps
          </a>
        }
      >
        It may have been destroyed, or you may not see it.
      </Empty>
    );
  }

  const tabs = [
    { name: 'live', text: 'Live', href: hrefOf('apps', [app]) },
    { name: 'releases', text: 'Releases', href: hrefOf('apps', [app, 'releases']) },
    ...(mayInApp('config.read', app)
      ? [{ name: 'config', text: 'Config', href: hrefOf('apps', [app, 'config']) }]
      : []),
    { name: 'builds', text: 'Builds', href: hrefOf('apps', [app, 'builds']) },
    { name: 'settings', text: 'Settings', href: hrefOf('apps', [app, 'settings']) },
  ];

  return (
    <>
      <PageHead
        crumb={<a href={hrefOf('apps')}>Apps</a>}
        title={
          <span class="row wrap">
            {app}
            {value !== null && <AppState status={value.status} />}
          </span>
        }
        sub={
          value !== null && (
            <span class="row wrap">
              {value.url !== null && (
                <a href={value.url} target="_blank" rel="noreferrer" class="row">
                  {value.url.replace(/^https?:\/\//, '').replace(/\/$/, '')}
                  <Icon name="out" size={12} />
                  <span class="hidden-text">(opens a new window)</span>
                </a>
              )}
              <span>
                network <a href={hrefOf('networks', [value.network])}>{value.network}</a>
              </span>
              {value.release !== null && (
                <span>
                  release{' '}
                  <a class="num" href={hrefOf('apps', [app, 'releases', String(value.release)])}>
                    v{value.release}
                  </a>
                </span>
              )}
            </span>
          )
        }
      >
        {value !== null && <AppActions app={value} onDone={refresh} />}
      </PageHead>
      {value?.lock != null && (
        <div class="note warn below">
          <Icon name="lock" />
          <div>
            <p>
              Locked by <b>{value.lock.owner}</b> <Since at={value.lock.since} ago />
              {value.lock.reason !== null && <>: {value.lock.reason}</>}
            </p>
            <p class="fix">
              Only {value.lock.owner} can deploy it or roll it back
              {value.lock.until === null ? '.' : ' until the lock ends.'}
            </p>
          </div>
        </div>
      )}
      {wrong.length > 0 && (
        <ul class="stack tight below">
          {wrong.map((problem) => (
            <Problem key={`${problem.code} ${problem.message}`} problem={problem} />
          ))}
        </ul>
      )}
      <Deploys app={app} onDone={refresh} />
      <Tabs label={`Parts of ${app}`} tabs={tabs} current={tab} />
      <Waiting of={details} height={320}>
        {(document) => {
          switch (tab) {
            case 'live':
              return <AppLive app={document} onDone={refresh} />;
            case 'releases':
              return detail === undefined ? (
                <ReleasesTab app={document} />
              ) : (
                <ReleasePage key={detail} app={document} version={detail} />
              );
            case 'config':
              return <ConfigTab app={document} />;
            case 'builds':
              return <BuildsTab app={document} />;
            case 'settings':
              return <SettingsTab app={document} onDone={refresh} />;
            default:
              return <Empty icon="search" title={`An app has no part ${tab}`} />;
          }
        }}
      </Waiting>
    </>
  );
}
