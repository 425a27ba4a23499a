import { call } from '../../api/call.ts';
import { may } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import { formatMoment, formatMs } from '../../logic/format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Waiting } from '../../parts/waiting.tsx';

interface DeliveryProps {
  readonly webhook: string;
  readonly delivery: string;
  readonly onSent: () => void;
  readonly onClose: () => void;
}

/** One message: what was sent, every attempt, and a way to send it again. */
export function Delivery({ webhook, delivery, onSent, onClose }: DeliveryProps) {
  const params = { webhook, delivery };
  const details = useResource(
    (signal) => call('getWebhookDelivery', { params, signal }),
    [webhook, delivery],
    { everyMs: 3000 },
  );
  const again = useAction(async () => {
    try {
      await call('redeliverWebhook', { params });
    } finally {
      details.refresh();
      onSent();
    }
  });
  return (
    <Dialog
      title={`Message ${delivery}`}
      wide
      onClose={onClose}
      actions={
        <>
          {may('webhooks.manage') && (
            <Button busy={again.busy} onClick={() => void again.run()}>
              Send it again
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      {again.error !== null && <ErrorNote error={again.error} />}
      <Waiting of={details} height={200}>
        {({ tries, payload }) => (
          <div class="stack">
            <ol class="stack tight">
              {tries.map(({ number, at, cause, durationMs, status, error, response }) => (
                <li key={number}>
                  <span class="row wrap">
                    <Badge tone={error === null ? 'good' : 'bad'}>{status ?? 'no answer'}</Badge>
                    <span class="num">
                      {formatMoment(at)}, {formatMs(durationMs)}
                    </span>
                    <span class="soft">{cause}</span>
                  </span>
                  {error !== null && <p class="soft small break">{error}</p>}
                  {response !== null && response !== '' && <pre class="code small">{response}</pre>}
                </li>
              ))}
            </ol>
            <pre class="code" tabIndex={0} aria-label="What is sent">
              {pretty(payload)}
            </pre>
          </div>
        )}
      </Waiting>
    </Dialog>
  );
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
