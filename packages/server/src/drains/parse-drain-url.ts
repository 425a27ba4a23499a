import { RigError } from '@rig-ops/contract/errors';
import type { DrainTarget } from './drain-sink.ts';
import { refusePrivateLiteral } from '../outgoing/private-addresses.ts';

const KINDS = {
  'syslog:': { kind: 'syslog', secure: false, port: 514 },
  'syslog+tls:': { kind: 'syslog', secure: true, port: 6514 },
  'http:': { kind: 'otlp', secure: false, port: 4318 },
  'https:': { kind: 'otlp', secure: true, port: 443 },
  'http+ndjson:': { kind: 'ndjson', secure: false, port: 80 },
  'https+ndjson:': { kind: 'ndjson', secure: true, port: 443 },
} as const;

/** Where OTLP logs go when a URL names only the receiver (OTLP specification, "OTLP/HTTP Request"). */
const OTLP_PATH = '/v1/logs';

/**
 * Reads where to send: `syslog://host:514`, `syslog+tls://host:6514`, `http(s)://host:4318[/path]` (OTLP),
 * `http(s)+ndjson://host[/path]` (lines of JSON).
 * @throws RigError `invalid_input`; `drain_target_refused` for an address that may not be reached
 */
export function parseDrainUrl(
  text: string,
  more: Pick<DrainTarget, 'allowPrivate' | 'headers' | 'ca'>,
): DrainTarget {
  const [, scheme = ''] = /^([a-z+]+:)/i.exec(text) ?? [];
  const known = Object.hasOwn(KINDS, scheme.toLowerCase())
    ? KINDS[scheme.toLowerCase() as keyof typeof KINDS]
    : undefined;
  // Read as HTTP, so that every way to write an address comes out as the same.
  const plain = text.replace(/^(https?)\+ndjson:/i, '$1:');
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  if (url === undefined || known === undefined || url.hostname === '') {
    throw new RigError(
      'invalid_input',
      `${JSON.stringify(text.slice(0, 200))} is not where a drain can send to.`,
      {
        hint: 'Use syslog://HOST:PORT, syslog+tls://HOST:PORT, https://HOST:PORT for OTLP, or https+ndjson://HOST/PATH.',
      },
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new RigError('invalid_input', 'The URL of a drain is shown, so it may not hold credentials.', {
      hint: 'Give them as a header, from a file: --headers FILE.',
    });
  }
  if (known.kind === 'syslog' && ((url.pathname !== '' && url.pathname !== '/') || url.search !== ''))
    throw new RigError('invalid_input', 'The URL of a syslog receiver has no path.');
  if (known.kind === 'syslog' && Object.keys(more.headers).length > 0)
    throw new RigError('invalid_input', 'A syslog receiver takes no headers.');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (!more.allowPrivate) refusePrivateLiteral(hostname, 'drain_target_refused');
  return {
    kind: known.kind,
    secure: known.secure,
    hostname,
    // URL leaves out the usual port of http and https.
    port:
      url.port === ''
        ? url.protocol === 'http:' && /:80(\/|$)/.test(text)
          ? 80
          : known.port
        : Number(url.port),
    path: pathOf(url, known.kind),
    ...more,
  };
}

function pathOf({ pathname, search }: URL, kind: DrainTarget['kind']): string {
  if (kind === 'syslog') return '';
  const isBare = pathname === '/' || pathname === '';
  return (isBare ? (kind === 'otlp' ? OTLP_PATH : '/') : pathname) + search;
}
