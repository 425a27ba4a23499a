import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { AppDetails, Release } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { mayInApp } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import { hrefOf } from '../../logic/route.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ReleaseState } from '../../parts/release-state.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Button } from '../../parts/button.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export function ReleasesTab({ app }: { app: AppDetails }) {
  const { name, release } = app;
  const rollingBackTo = useSignal<number | null>(null);
  const releases = useResource(
    (signal) => call('listReleases', { params: { app: name }, query: { limit: 200 }, signal }),
    [name, release, app.status],
    { everyMs: 10_000 },
  );
  const deploy = mayInApp('app.deploy', name);
  const columns = useMemo(
    () => releaseColumns(name, release, deploy, (version) => (rollingBackTo.value = version)),
    [name, release, deploy, rollingBackTo],
  );
  return (
    <Waiting of={releases} height={320}>
      {(list) => (
        <>
          <DataTable
            label="Releases"
            columns={columns}
            rows={withWhat(list.releases)}
            keyOf={({ version }) => version}
            textOf={textOf}
            empty={
              <Empty icon="apps" title="No release yet">
                Every deploy, rollback and change of the configuration makes one.
              </Empty>
            }
          />
          {list.nextCursor !== null && (
            <p class="faint small below">
              The newest {list.releases.length}. All of them:{' '}
              <code class="typed">rig releases list {name}</code>
            </p>
          )}
          {rollingBackTo.value !== null && (
            <RollbackDialog
              app={app}
              to={rollingBackTo.value}
              onClose={() => {
                rollingBackTo.value = null;
              }}
            />
          )}
        </>
      )}
    </Waiting>
  );
}

const textOf = ({ version, status, tags, message, createdBy, source }: Release) =>
  `v${version} ${status} ${tags.join(' ')} ${message ?? ''} ${createdBy} ${source?.git?.subject ?? ''} ${source?.git?.commit ?? ''}`;

function releaseColumns(
  app: string,
  live: number | null,
  deploy: boolean,
  onRollback: (version: number) => void,
): Column<Row>[] {
  return [
    {
      key: 'version',
      title: 'Release',
      sort: ({ version }) => version,
      render: ({ version, tags }) => (
        <span class="row wrap">
          <a class="lead num" href={hrefOf('apps', [app, 'releases', String(version)])}>
            v{version}
          </a>
          {tags.map((tag) => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      sort: ({ status }) => status,
      render: ({ status }) => <ReleaseState status={status} />,
    },
    {
      key: 'what',
      title: 'What',
      priority: 2,
      render: ({ what }) => <span class="clip">{what}</span>,
    },
    {
      key: 'by',
      title: 'By',
      priority: 2,
      sort: ({ createdBy }) => createdBy,
      render: ({ createdBy }) => createdBy,
    },
    {
      key: 'at',
      title: 'Made',
      figure: true,
      sort: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <Since at={createdAt} ago />,
    },
    {
      key: 'actions',
      title: '',
      figure: true,
      render: ({ version, status }) =>
        deploy &&
        status === 'superseded' &&
        version !== live && (
          <Button small onClick={() => onRollback(version)}>
            <span>
              Roll back<span class="hidden-text"> to v{version}</span>…
            </span>
          </Button>
        ),
    },
  ];
}

interface Row extends Release {
  /** In a line, what it is about. */
  readonly what: string;
}

const withWhat = (releases: readonly Release[]): Row[] =>
  releases.map((release, index) => ({ ...release, what: whatOf(release, releases[index + 1]) }));

function whatOf(release: Release, before: Release | undefined): string {
  const { message, rollbackOf, rollbackOnly, source, detector, failure, buildId, configId } = release;
  if (failure !== null) return failure;
  if (rollbackOf !== null)
    return `rollback to v${rollbackOf}${rollbackOnly === null ? '' : `, ${rollbackOnly} only`}`;
  if (message !== null) return message;
  if (before?.buildId === buildId && before.configId !== configId) return 'change of the configuration';
  return source?.git?.subject ?? detector;
}
