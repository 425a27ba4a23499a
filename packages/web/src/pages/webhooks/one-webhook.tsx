import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Webhook, WebhookDelivery } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import { formatMoment, formatMs } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Delivery } from './delivery.tsx';
import { WebhookState } from './webhook-state.tsx';

const tones = { waiting: 'busy', delivered: 'good', failed: 'bad' } as const;

/** One webhook: how it goes, and what was sent. */
export function OneWebhook({ name }: { name: string }) {
  const shown = useSignal<string | null>(null);
  const params = { webhook: name };
  const webhook = useResource((signal) => call('getWebhook', { params, signal }), [name], { everyMs: 3000 });
  const deliveries = useResource(
    (signal) => call('listWebhookDeliveries', { params, query: { limit: 100 }, signal }),
    [name],
    { everyMs: 3000 },
  );
  const refresh = () => {
    webhook.refresh();
    deliveries.refresh();
  };
  const act = useAction(async (what: 'pause' | 'resume' | 'test' | 'redeliver') => {
    try {
      if (what === 'pause') await call('pauseWebhook', { params });
      else if (what === 'resume') await call('resumeWebhook', { params, body: {} });
      else if (what === 'test') {
        await call('testWebhook', { params });
        toast(`The receiver of ${name} has taken a test.`);
      } else {
        const { queued } = await call('redeliverFailedWebhooks', { params });
        toast(`${queued} messages are sent again.`);
      }
    } finally {
      refresh();
    }
  });
  const columns = useMemo(() => deliveryColumns((id) => (shown.value = id)), [shown]);
  const manage = may('webhooks.manage');
  const state = webhook.data.value?.state;
  return (
    <>
      <PageHead
        crumb={<a href={hrefOf('webhooks')}>Webhooks</a>}
        title={
          <span class="row wrap">
            {name}
            {webhook.data.value !== null && <WebhookState webhook={webhook.data.value} />}
          </span>
        }
      >
        {manage && state !== undefined && (
          <>
            <Button busy={act.busy} onClick={() => void act.run('test')}>
              Send a test
            </Button>
            <Button busy={act.busy} onClick={() => void act.run(state === 'active' ? 'pause' : 'resume')}>
              {state === 'active' ? 'Pause' : 'Resume'}
            </Button>
          </>
        )}
      </PageHead>
      <div class="stack">
        {act.error !== null && <ErrorNote error={act.error} />}
        <Waiting of={webhook} height={160}>
          {(document) => <About webhook={document} />}
        </Waiting>
        <Waiting of={deliveries} height={240}>
          {(list) => (
            <DataTable
              label="Deliveries"
              heading={<h2>Deliveries</h2>}
              columns={columns}
              rows={list.deliveries}
              keyOf={({ id }) => id}
              textOf={({ id, type, state: how, lastError }) => `${id} ${type} ${how} ${lastError ?? ''}`}
              tools={
                manage &&
                list.deliveries.some(({ state: how }) => how !== 'delivered') && (
                  <Button busy={act.busy} onClick={() => void act.run('redeliver')}>
                    Send all that failed again
                  </Button>
                )
              }
              empty={
                <Empty icon="webhook" title="Nothing was sent yet">
                  The next event of its kinds will be.
                </Empty>
              }
            />
          )}
        </Waiting>
      </div>
      {shown.value !== null && (
        <Delivery
          webhook={name}
          delivery={shown.value}
          onSent={refresh}
          onClose={() => {
            shown.value = null;
          }}
        />
      )}
    </>
  );
}

function About({ webhook }: { webhook: Webhook }) {
  const {
    url,
    events,
    app,
    network,
    reason,
    lastError,
    failingSince,
    missed,
    createdAt,
    createdBy,
    secrets,
  } = webhook;
  return (
    <Card title="About">
      <dl class="pairs">
        <dt>To</dt>
        <dd class="mono">{url}</dd>
        <dt>Events</dt>
        <dd>
          {events.join(', ')}
          {app !== null && ` of app ${app}`}
          {network !== null && ` in network ${network}`}
        </dd>
        {reason !== null && (
          <>
            <dt>Disabled</dt>
            <dd>{reason}</dd>
          </>
        )}
        {lastError !== null && (
          <>
            <dt>Failing</dt>
            <dd>
              {lastError} {failingSince !== null && <Since at={failingSince} ago />}
            </dd>
          </>
        )}
        {missed > 0 && (
          <>
            <dt>Missed</dt>
            <dd class="num">{missed} events were gone before they could be sent</dd>
          </>
        )}
        <dt>Signed with</dt>
        <dd>{secrets.length === 1 ? 'one secret' : `${secrets.length} secrets`}, never shown</dd>
        <dt>Added</dt>
        <dd class="num">
          {formatMoment(createdAt)} by {createdBy}
        </dd>
      </dl>
    </Card>
  );
}

function deliveryColumns(onShow: (id: string) => void): Column<WebhookDelivery>[] {
  return [
    { key: 'type', title: 'Event', render: ({ type }) => <span class="lead">{type}</span> },
    {
      key: 'state',
      title: 'State',
      sort: ({ state }) => state,
      render: ({ state }) => <Badge tone={tones[state]}>{state}</Badge>,
    },
    {
      key: 'status',
      title: 'Answer',
      priority: 2,
      render: ({ status, lastError }) => <span class="clip">{lastError ?? status ?? '–'}</span>,
    },
    { key: 'attempts', title: 'Attempts', figure: true, priority: 2, render: ({ attempts }) => attempts },
    {
      key: 'took',
      title: 'Took',
      figure: true,
      priority: 3,
      render: ({ durationMs }) => <span class="num">{formatMs(durationMs)}</span>,
    },
    {
      key: 'at',
      title: 'When',
      figure: true,
      sort: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <Since at={createdAt} ago />,
    },
    {
      key: 'details',
      title: '',
      figure: true,
      render: ({ id }) => (
        <Button small look="bare" onClick={() => onShow(id)}>
          <span>
            Details<span class="hidden-text"> of {id}</span>
          </span>
        </Button>
      ),
    },
  ];
}
