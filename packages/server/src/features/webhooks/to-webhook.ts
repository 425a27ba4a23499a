import type { Webhook, WebhookDelivery } from '@rig-ops/contract/resources';
import type { ListedDelivery, StoredWebhook } from './webhook-store.ts';

/** A webhook as it is shown. */
export function toWebhook(
  webhook: StoredWebhook,
  counts: { waiting: number; failed: number },
  now: number,
): Webhook {
  const { name, url, events, app, network, headerNames, allowPrivate, state, reason } = webhook;
  const { createdAt, createdBy, missed, failures, failingSince, lastSuccessAt, lastError } = webhook;
  const secrets = webhook.secrets
    .filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now)
    .map((secret) => ({ createdAt: secret.createdAt, expiresAt: secret.expiresAt }));
  return {
    name,
    url,
    events: [...events],
    app,
    network,
    headerNames: [...headerNames],
    allowPrivate,
    state,
    reason,
    createdAt,
    createdBy,
    secrets,
    ...counts,
    missed,
    failures,
    failingSince,
    lastSuccessAt,
    lastError,
  };
}

/** A delivery as it is shown. */
export function toDelivery({
  id,
  event,
  type,
  state,
  attempts,
  last,
  dueAt,
  createdAt,
  endedAt,
}: ListedDelivery): WebhookDelivery {
  return {
    id,
    event,
    type,
    state,
    attempts,
    status: last?.status ?? null,
    durationMs: last?.durationMs ?? null,
    lastError: last?.error ?? null,
    dueAt,
    createdAt,
    endedAt,
  };
}
