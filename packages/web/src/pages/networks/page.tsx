import { useSignal } from '@preact/signals';
import type { Network } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import type { PageProps } from '../../frame/pages.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { CreateNetwork } from './create-network.tsx';
import { OneNetwork } from './one-network.tsx';

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
  { key: 'engine', title: 'Runs on', sort: ({ engine }) => engine, render: ({ engine }) => engine },
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
