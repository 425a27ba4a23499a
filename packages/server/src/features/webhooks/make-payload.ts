import type { PlatformEvent, WebhookPayload } from '@rig-ops/contract/resources';

/** The body of a message, to the byte. */
export function makePayload(
  event: Omit<PlatformEvent, 'id'> & { id: number | null },
  { platform, webhook }: { platform: string; webhook: string },
): string {
  const { id, at, kind, app, network, user, message, details } = event;
  const payload: WebhookPayload = {
    type: kind,
    timestamp: at,
    version: 1,
    data: { platform, webhook, event: id, app, network, user, message, details },
  };
  return JSON.stringify(payload);
}
