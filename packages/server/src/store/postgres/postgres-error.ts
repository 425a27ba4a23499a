import { isRigError, RigError } from '@rig-ops/contract/errors';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

export const isPostgresDuplicate = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION;
export const isPostgresDangling = (error: unknown): boolean => codeOf(error) === FOREIGN_KEY_VIOLATION;

/** What the network says of a server that is not there, and what the server says that goes or comes, or is full. */
const PASSING = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53200',
  '53300',
]);

/** pg gives no code to what it finds out itself. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** Whether to try again makes sense: the server is down, restarts, or has no room for one more connection. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return PASSING.has(code) || code.startsWith('08');
  return (
    error instanceof Error &&
    (LOST.test(error.message) || (error instanceof AggregateError && error.errors.every(isPassing)))
  );
}

const because: Readonly<Record<string, string>> = {
  ENOENT: 'no server listens at its socket',
  ECONNREFUSED: 'no server listens there',
  EAI_AGAIN: 'its host name cannot be looked up now',
  '53200': 'it has no memory left',
  '53300': 'it takes no more connections',
  '57P03': 'it starts or stops',
  '57P01': 'it was stopped',
};

/** Answers that stay the same until somebody changes something. */
const unusable: Readonly<Record<string, [because: string, hint: string]>> = {
  ENOTFOUND: ['there is no host of that name', 'Correct the host in the URL.'],
  '3D000': ['there is no such database', 'Make it: `createdb -E UTF8 -T template0 NAME`.'],
  '28000': [
    'the server does not let the user in',
    'Correct the user in the URL, or pg_hba.conf of the server.',
  ],
  '28P01': ['the server refuses the password', 'Correct the password in the URL.'],
  '42501': ['the user of the URL may not do that', 'Make that user the owner of the database.'],
  '3F000': ['there is no schema to put tables in', 'Give the user one, or set its search_path.'],
};

/**
 * What pg threw as an error somebody can act on; anything else is returned as it is.
 * @param place as in messages: without user and password
 */
export function toPostgresError(error: unknown, place = 'the database of rigd'): unknown {
  const code = codeOf(error);
  if (isRigError(error)) return error;
  if (isPassing(error)) {
    const known = code === undefined ? undefined : because[code];
    return new RigError(
      'database_unavailable',
      `${place} does not answer: ${known ?? 'the connection failed'}.`,
      { cause: error },
    );
  }
  const insecure = describeTls(code, (error as Error | null)?.message ?? '');
  if (insecure !== undefined) return unusableError(place, insecure[0], error, insecure[1]);
  if (code === undefined) return error;
  if (code === '53100')
    return new RigError('disk_full', `There is no space left for ${place}.`, { cause: error });
  if (code === '25006')
    return new RigError(
      'database_unavailable',
      `${place} takes no changes: it is a standby, or was set read-only.`,
      { cause: error },
    );
  if (code === '57014' || code === '55P03')
    return new RigError('database_unavailable', `${place} took too long.`, { cause: error });
  if (code === '22021' || code === '22P05')
    return new RigError('invalid_input', 'A text holds a NUL character, which cannot be kept.', {
      cause: error,
    });
  const known = unusable[code];
  return known === undefined ? error : unusableError(place, known[0], error, known[1]);
}

/** Codes of OpenSSL and of Node's own check of names. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/;

function describeTls(
  code: string | undefined,
  message: string,
): [because: string, hint?: string] | undefined {
  if (code === undefined) {
    if (/client password must be a string/.test(message))
      return [
        'the server asks for a password, and the URL has none',
        'Write it into the URL: postgres://USER:PASSWORD@HOST/…',
      ];
    if (/does not support SSL/.test(message))
      return ['the server does not speak TLS', 'Set `ssl = on` there, or leave sslmode out of the URL.'];
    return /SSL|SASL/.test(message) ? [`a safe connection failed (${message})`] : undefined;
  }
  if (!TLS_CODE.test(code)) return undefined;
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? [
        `its certificate is for another host (${message})`,
        'Name the host in the URL as its certificate does.',
      ]
    : [
        `its certificate is not trusted (${message})`,
        'Name the file of its authority in the URL: ?sslmode=verify-full&sslrootcert=FILE.',
      ];
}

const unusableError = (place: string, why: string, cause: unknown, hint?: string) =>
  new RigError('database_unusable', `rigd cannot use ${place}: ${why}.`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
