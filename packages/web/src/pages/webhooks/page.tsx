import { useMemo } from 'preact/hooks';
import type { Webhook } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import type { PageProps } from '../../frame/pages.ts';
import { hrefOf } from '../../logic/route.ts';
import { Amount } from '../../parts/amount.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { OneWebhook } from './one-webhook.tsx';
import { WebhookState } from './webhook-state.tsx';

const columns: readonly Column<Webhook>[] = [
  {
    key: 'name',
    title: 'Webhook',
    sort: ({ name }) => name,
    render: ({ name }) => (
      <a class="lead" href={hrefOf('webhooks', [name])}>
        {name}
      </a>
    ),
  },
  {
    key: 'state',
    title: 'State',
    sort: ({ state, failures }) => `${state} ${failures > 0 ? 0 : 1}`,
    render: (webhook) => <WebhookState webhook={webhook} />,
  },
  {
    key: 'events',
    title: 'Events',
    priority: 2,
    render: ({ events, app, network }) => (
      <span class="break">
        {events.join(', ')}
        {app !== null && <span class="soft"> of {app}</span>}
        {network !== null && <span class="soft"> in {network}</span>}
      </span>
    ),
  },
  { key: 'url', title: 'To', priority: 2, render: ({ url }) => <code class="break">{url}</code> },
  {
    key: 'waiting',
    title: 'Waiting',
    figure: true,
    priority: 2,
    sort: ({ waiting }) => waiting,
    render: ({ waiting }) => <Amount value={waiting} />,
  },
  {
    key: 'failed',
    title: 'Given up',
    figure: true,
    sort: ({ failed }) => failed,
    render: ({ failed }) => (
      <span class={failed > 0 ? 'short' : undefined}>
        <Amount value={failed} />
      </span>
    ),
  },
  {
    key: 'last',
    title: 'Last arrived',
    figure: true,
    priority: 3,
    sort: ({ lastSuccessAt }) => lastSuccessAt,
    render: ({ lastSuccessAt }) => <Since at={lastSuccessAt} ago />,
  },
];

const keyOf = ({ name }: Webhook) => name;
const textOf = ({ name, url, events, app, network }: Webhook) =>
  `${name} ${url} ${events.join(' ')} ${app ?? ''} ${network ?? ''}`;

/** `#/webhooks` is all of them, `#/webhooks/ci` one with its deliveries. */
export default function WebhooksPage({ params }: PageProps) {
  const [webhook] = params;
  if (!may('webhooks.read')) {
    return (
      <Empty icon="webhook" title="Webhooks are not for you to see" heading>
        It takes the role admin of the platform.
      </Empty>
    );
  }
  return webhook === undefined ? <AllWebhooks /> : <OneWebhook key={webhook} name={webhook} />;
}

function AllWebhooks() {
  const webhooks = useResource((signal) => call('listWebhooks', { signal }), [], { everyMs: 5000 });
  const empty = useMemo(
    () => (
      <Empty
        icon="webhook"
        title="Events are sent nowhere"
        action={<code class="typed">rig webhooks add --help</code>}
      >
        A webhook tells a program of yours what happens here: signed, tried again, and kept to be sent once
        more.
      </Empty>
    ),
    [],
  );
  return (
    <>
      <PageHead title="Webhooks" sub="Where events are sent, and how that goes." />
      <Waiting of={webhooks} height={200}>
        {(list) => (
          <DataTable
            label="Webhooks"
            columns={columns}
            rows={list.webhooks}
            keyOf={keyOf}
            textOf={textOf}
            first={{ key: 'name', down: false }}
            empty={empty}
          />
        )}
      </Waiting>
    </>
  );
}
