import { RigError } from '@rig-ops/contract/errors';
import type { WebhookChange } from '@rig-ops/contract/resources';
import { checkHeaders } from '../../outgoing/check-headers.ts';
import { parseWebhookUrl } from './parse-webhook-url.ts';
import { refuseOwnHeaders } from './refuse-own-headers.ts';
import type { WebhookSealer } from './webhook-sealer.ts';
import type { StoredWebhook, WebhookTarget } from './webhook-store.ts';

/**
 * Where a webhook sends, and what, after a change.
 * @throws RigError `invalid_input`, `webhook_target_refused`
 */
export function changeTarget(
  before: StoredWebhook,
  change: WebhookChange,
  sealer: WebhookSealer,
): WebhookTarget {
  const { headerNames, id, name } = before;
  const headers =
    change.headers === undefined
      ? (JSON.parse(sealer.open(before.headers, id, 'headers')) as Record<string, string>)
      : checkHeaders(change.headers);
  refuseOwnHeaders(headers);
  const url = change.url ?? before.url;
  const ca = change.ca === undefined ? before.ca : (change.ca ?? undefined);
  const allowPrivate = change.allowPrivate ?? before.allowPrivate;
  parseWebhookUrl(url, { allowPrivate, headers, ca });
  // They are credentials, which nobody can read: nor by having them sent somewhere else.
  const { origin } = new URL(before.url);
  if (new URL(url).origin !== origin && change.headers === undefined && headerNames.length > 0)
    throw new RigError(
      'invalid_input',
      `The headers of ${name} (${headerNames.join(', ')}) are for ${origin}.`,
      {
        hint: 'Give those of the new receiver with --headers FILE, or take them away with --headers off.',
      },
    );
  return {
    url,
    events: change.events === undefined ? before.events : [...new Set(change.events)],
    app: change.app === undefined ? before.app : change.app,
    network: change.network === undefined ? before.network : change.network,
    headers:
      change.headers === undefined ? before.headers : sealer.seal(JSON.stringify(headers), id, 'headers'),
    headerNames: Object.keys(headers),
    ca,
    allowPrivate,
  };
}
