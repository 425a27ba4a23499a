import { useSignal } from '@preact/signals';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { status } from '../../data/status.ts';
import { useResource, useShared } from '../../data/use-resource.ts';
import { goTo } from '../../frame/place.ts';
import { formatMoment } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { AppState } from '../../parts/app-state.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { toast } from '../../parts/toast.tsx';
import { Waiting } from '../../parts/waiting.tsx';

/** One network: what keeps it apart, and its apps. */
export function OneNetwork({ network }: { network: string }) {
  const destroying = useSignal(false);
  const details = useResource((signal) => call('getNetwork', { params: { network }, signal }), [network], {
    everyMs: 10_000,
  });
  const apps = useShared(status).data.value?.apps.filter((app) => app.network === network) ?? [];
  const empty = details.data.value?.members.length === 0;
  return (
    <>
      <PageHead crumb={<a href={hrefOf('networks')}>Networks</a>} title={network}>
        <a class="button" href={hrefOf('logs', ['network', network])}>
          Logs of requests
        </a>
        {network !== 'default' && empty && may('network.manage', { network }) && (
          <Button icon="trash" onClick={() => (destroying.value = true)}>
            Destroy…
          </Button>
        )}
      </PageHead>
      <Waiting of={details} height={240}>
        {(document) => (
          <div class="stack">
            <Card title="About">
              <dl class="pairs">
                <dt>Runs on</dt>
                <dd>
                  {document.engine}
                  {document.cluster !== null &&
                    `, context ${document.cluster.context} at ${document.cluster.server}`}
                </dd>
                <dt>Isolation</dt>
                <dd>
                  {document.isolated
                    ? 'Apps of other networks are kept out.'
                    : 'Apps of other networks are not told where its apps are, but could reach them.'}
                </dd>
                <dt>Discovery</dt>
                <dd>
                  {document.discovery === 'names' ? (
                    'Its apps find one another by name, and by variables.'
                  ) : (
                    <>
                      Its apps find one another by <code>RIG_&lt;APP&gt;_URL</code> in their environment.
                    </>
                  )}
                </dd>
                <dt>Created</dt>
                <dd class="num">
                  {formatMoment(document.createdAt)}
                  {document.createdBy !== null && ` by ${document.createdBy}`}
                </dd>
              </dl>
            </Card>
            <Card title="Apps" flush>
              {document.members.length === 0 ? (
                <Empty
                  icon="apps"
                  title="No app is in it"
                  action={<code class="typed">rig deploy --network {network}</code>}
                />
              ) : (
                <ul class="lines">
                  {document.members.map((name) => {
                    const app = apps.find((other) => other.name === name);
                    return (
                      <li key={name}>
                        <a class="lead grow" href={hrefOf('apps', [name])}>
                          {name}
                        </a>
                        {app !== undefined && <AppState status={app.status} />}
                      </li>
                    );
                  })}
                </ul>
              )}
            </Card>
          </div>
        )}
      </Waiting>
      {destroying.value && (
        <Confirm
          title={`Destroy network ${network}?`}
          verb={`Destroy ${network}`}
          name={network}
          danger
          onClose={() => {
            destroying.value = false;
          }}
          act={async () => {
            await call('destroyNetwork', { params: { network } });
            toast(`Network ${network} was destroyed.`);
            goTo('networks');
          }}
        >
          <p>Its access policy and the roles that were given at it are removed. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}
