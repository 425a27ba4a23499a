import { useSignal } from '@preact/signals';
import type { Network } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { status } from '../../data/status.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource, useShared } from '../../data/use-resource.ts';
import { goTo } from '../../frame/place.ts';
import type { PageProps } from '../../frame/pages.ts';
import { formatMoment } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { AppState } from '../../parts/app-state.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { Waiting } from '../../parts/waiting.tsx';

/** `#/networks` is all of them, `#/networks/default` one. */
export default function NetworksPage({ params }: PageProps) {
  const [network] = params;
  return network === undefined ? <AllNetworks /> : <OneNetwork key={network} network={network} />;
}

const discoveries = { variables: 'by variables', names: 'by name' } as const;

const columns: readonly Column<Network>[] = [
  {
    key: 'name',
    title: 'Network',
    sort: ({ name }) => name,
    render: ({ name }) => (
      <a class="lead" href={hrefOf('networks', [name])}>
        {name}
      </a>
    ),
  },
  { key: 'apps', title: 'Apps', figure: true, sort: ({ apps }) => apps, render: ({ apps }) => apps },
  {
    key: 'isolated',
    title: 'Isolation',
    sort: ({ isolated }) => Number(isolated),
    render: ({ isolated }) => (
      <Badge tone={isolated ? 'good' : 'none'}>{isolated ? 'isolated' : 'not isolated'}</Badge>
    ),
  },
  {
    key: 'discovery',
    title: 'Apps find one another',
    priority: 2,
    sort: ({ discovery }) => discovery,
    render: ({ discovery }) => discoveries[discovery],
  },
  {
    key: 'at',
    title: 'Created',
    figure: true,
    priority: 2,
    sort: ({ createdAt }) => createdAt,
    render: ({ createdAt }) => <Since at={createdAt} ago />,
  },
];

function AllNetworks() {
  const creating = useSignal(false);
  const networks = useResource((signal) => call('listNetworks', { signal }), [], {
    everyMs: 10_000,
  });
  return (
    <>
      <PageHead title="Networks" sub="Apps of a network can reach one another and share an access policy.">
        {may('network.manage') && (
          <Button icon="plus" look="primary" onClick={() => (creating.value = true)}>
            Create a network
          </Button>
        )}
      </PageHead>
      <Waiting of={networks} height={200}>
        {(list) => (
          <DataTable
            label="Networks"
            columns={columns}
            rows={list.networks}
            keyOf={({ name }) => name}
            first={{ key: 'name', down: false }}
            empty={
              <Empty icon="network" title="No network to see">
                You have no role in a network.
              </Empty>
            }
          />
        )}
      </Waiting>
      {creating.value && (
        <CreateNetwork
          onClose={() => {
            creating.value = false;
          }}
        />
      )}
    </>
  );
}

function CreateNetwork({ onClose }: { onClose: () => void }) {
  const name = useSignal('');
  const create = useAction(async () => {
    await call('createNetwork', { body: { name: name.value } });
    toast(`Network ${name.value} was created.`);
    onClose();
    goTo('networks', [name.value]);
  });
  return (
    <Dialog
      title="Create a network"
      onClose={onClose}
      busy={create.busy}
      onSubmit={() => void create.run()}
      actions={
        <>
          <Button onClick={onClose} disabled={create.busy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={create.busy} disabled={name.value === ''}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" help="Lower-case letters, digits and hyphens; a letter first.">
        {(attributes) => (
          <input
            {...attributes}
            class="input mono"
            data-first-focus
            autocomplete="off"
            spellcheck={false}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      {create.error !== null && <ErrorNote error={create.error} />}
    </Dialog>
  );
}

function OneNetwork({ network }: { network: string }) {
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
