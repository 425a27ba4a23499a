import { RigError } from '@rig-ops/contract/errors';
import type { HttpTarget } from '../../outgoing/http-target.ts';
import { refusePrivateLiteral } from '../../outgoing/private-addresses.ts';

/**
 * Reads where to send: `https://HOST[:PORT][/PATH]`, or `http://…`.
 * @throws RigError `invalid_input`; `webhook_target_refused` for an address that may not be reached
 */
export function parseWebhookUrl(
  text: string,
  more: Pick<HttpTarget, 'allowPrivate' | 'headers' | 'ca'>,
): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new RigError(
      'invalid_input',
      `${JSON.stringify(text.slice(0, 200))} is not where a webhook can send to.`,
      { hint: 'Use https://HOST/PATH.' },
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new RigError('invalid_input', 'The URL of a webhook is shown, so it may not hold credentials.', {
      hint: 'Give them as a header, from a file: --headers FILE.',
    });
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (!more.allowPrivate) refusePrivateLiteral(hostname, 'webhook_target_refused');
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    ...more,
  };
}
