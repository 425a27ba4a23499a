/** Long enough for any name; what an attacker sends instead is cut. */
const MAX_TEXT = 200;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;

/** What of a body may be told: names and numbers, never free text. */
const TOLD_OF_BODY = ['bundle', 'to', 'user', 'role', 'kind', 'expiresInSeconds'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** The target and the details of an audit event, from a request that may not have been checked. */
export function describeRequest(
  params: Readonly<Record<string, string>>,
  body: unknown,
): { target: string; details: Record<string, unknown> } {
  const fields = typeof body === 'object' && body !== null ? (body as Fields) : {};
  const details: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) if (name !== 'app') details[name] = textOf(value);
  for (const name of TOLD_OF_BODY) {
    const value = fields[name];
    if (typeof value === 'number' || typeof value === 'string') details[name] = textOf(value) ?? value;
  }
  return { target: targetOf(params, fields), details };
}

function targetOf(params: Readonly<Record<string, string>>, fields: Fields): string {
  const { app, user, token } = params;
  if (app !== undefined) return `app/${textOf(app)}`;
  if (user !== undefined) return `user/${textOf(user)}`;
  if (token !== undefined) return `token/${textOf(token)}`;
  const target = textOf(fields.target);
  if (target !== undefined) return target;
  const name = textOf(fields.name);
  if (name === undefined) return 'platform';
  // Users have a kind, apps have none.
  return `${fields.kind === undefined ? 'app' : 'user'}/${name}`;
}
