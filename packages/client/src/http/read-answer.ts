import { REQUEST_ID_HEADER } from '@rig-ops/contract/api-version';
import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { placeOf, type Target } from '../target.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** The document of a successful answer; otherwise throws the error it carries, or `unreachable` when it is none of rig's. */
export function readAnswer(answer: PlainAnswer, target: Target): unknown {
  const { status, headers, body } = answer;
  const document = parse(body);
  if (status >= 200 && status < 300 && document !== undefined) return document;
  const carried = errorIn(document, headers[REQUEST_ID_HEADER]);
  throw carried ?? strangeAnswer(answer, target);
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function errorIn(document: unknown, requestId: string | string[] | undefined): RigError | undefined {
  const error = (document as { error?: Partial<ErrorDocument> } | null | undefined)?.error;
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

function strangeAnswer({ status, headers }: PlainAnswer, target: Target): RigError {
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
