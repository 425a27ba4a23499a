import { REQUEST_ID_HEADER } from '@rig-ops/contract/api-version';
import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { describeProxy } from './proxy-choice.ts';
import { proxyRefusal } from './proxy-error.ts';
import { placeOf, type Target } from '../target.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** The document of a successful answer; otherwise throws the error it carries, or `unreachable` when it is none of rig's. */
export function readAnswer(answer: PlainAnswer, target: Target): unknown {
  const { status, body } = answer;
  const document = parse(body);
  if (status >= 200 && status < 300 && document !== undefined) return document;
  throw errorIn(answer) ?? strangeAnswer(answer, target);
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The error an answer carries, if it is one of rig's. */
export function errorIn({ body, headers }: PlainAnswer): RigError | undefined {
  const requestId = headers[REQUEST_ID_HEADER];
  const error = (parse(body) as { error?: Partial<ErrorDocument> } | null | undefined)?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, hint, exitCode, details } = error;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  const id = error.requestId ?? (typeof requestId === 'string' ? requestId : undefined);
  return RigError.fromDocument({
    code,
    message,
    hint: hint ?? '',
    exitCode: exitCode ?? ExitCode.unexpected,
    ...(details === undefined ? {} : { details }),
    ...(id === undefined ? {} : { requestId: id }),
  });
}

/** With these a proxy tells of itself; the platform's own answers carry its error document. */
const proxyStatus = new Set([403, 407, 502, 503, 504]);

function strangeAnswer({ status, headers }: PlainAnswer, target: Target): RigError {
  if (
    'url' in target &&
    target.proxy !== undefined &&
    target.url.startsWith('http:') &&
    proxyStatus.has(status)
  ) {
    return proxyRefusal(`The proxy ${describeProxy(target.proxy)}`, status, target);
  }
  const { location, 'content-type': type } = headers;
  const what =
    typeof location === 'string'
      ? `sends on to ${location} (HTTP ${status})`
      : `answers HTTP ${status} with ${typeof type === 'string' ? type : 'no content'}`;
  return new RigError(
    'unreachable',
    `What listens at ${placeOf(target)} is not a rig platform, or something stands before it: it ${what}.`,
    { hint: 'Check the address of the platform: `rig context list`.' },
  );
}
