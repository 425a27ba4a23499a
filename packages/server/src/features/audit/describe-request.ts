/** Long enough for any name; what an attacker sends instead is cut. */
const MAX_TEXT = 200;

const MAX_KEYS = 100;
/** Of a policy, which holds no secret. */
const MAX_POLICY = 4_000;
/** What is no name of a variable may be a value that was put in its place. */
const IS_KEY = /^[A-Za-z_]\w{0,63}$/;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;

/** What of a body may be told: names and numbers, never free text. */
const TOLD_OF_BODY = [
  'bundle',
  'to',
  'user',
  'role',
  'app',
  'network',
  'engine',
  'kind',
  'expiresAt',
  'expiresInSeconds',
  'days',
  'records',
  'allowPrivate',
  'revision',
  'channel',
  'session',
] as const;

/** Parameters that name the target; of several in a path the first here is it. */
const TARGETS = [
  'app',
  'user',
  'token',
  'drain',
  'webhook',
  'network',
  'session',
  'deploy',
  'build',
  'approval',
];

const isNamed = (each: unknown): each is { key: unknown } =>
  typeof each === 'object' && each !== null && 'key' in each;

/** Names of the variables that a change of configuration is about; never their values. */
function keysOf({ set, unset }: Record<string, unknown>): string[] {
  const named = Array.isArray(set) ? set.filter(isNamed).map(({ key }) => key) : [];
  return [...named, ...(Array.isArray(unset) ? (unset as unknown[]) : [])]
    .slice(0, MAX_KEYS)
    .flatMap((key) => (typeof key === 'string' && IS_KEY.test(key) ? [key] : []));
}

/**
 * The target and the details of an audit event, from a request that may not have been checked.
 * @param action the audit action; a new thing, which is named in the body, is of the kind it names: `app.create`
 */
export function describeRequest(
  action: string | null,
  params: Readonly<Record<string, string>>,
  body: unknown,
): { target: string; details: Record<string, unknown> } {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const kind = TARGETS.find((name) => params[name] !== undefined);
  const details: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) if (name !== kind) details[name] = textOf(value);
  for (const name of TOLD_OF_BODY) {
    const value = fields[name];
    if (['number', 'string', 'boolean'].includes(typeof value)) details[name] = textOf(value) ?? value;
  }
  if (typeof fields.policy === 'object') details.policy = JSON.stringify(fields.policy).slice(0, MAX_POLICY);
  const keys = keysOf(fields);
  if (keys.length > 0) details.keys = keys;
  if (kind !== undefined) return { target: `${kind}/${textOf(params[kind]) ?? ''}`, details };
  const about =
    action === 'ticket.issue' ? TARGETS.find((name) => textOf(fields[name]) !== undefined) : undefined;
  if (about !== undefined) return { target: `${about}/${textOf(fields[about]) ?? ''}`, details };
  const bound = textOf(fields.target);
  if (bound !== undefined) return { target: bound, details };
  const created = textOf(fields.name);
  const noun = action?.split('.').at(-2) ?? '';
  return { target: created === undefined || noun === '' ? 'platform' : `${noun}/${created}`, details };
}
