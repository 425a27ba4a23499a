/** Long enough for any name; what an attacker sends instead is cut. */
const MAX_TEXT = 200;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;

/** What of a body may be told: names and numbers, never free text. */
const TOLD_OF_BODY = ['bundle', 'to'] as const;

/** The target and the details of an audit event, from a request that may not have been checked. */
export function describeRequest(
  params: Readonly<Record<string, string>>,
  body: unknown,
): { target: string; details: Record<string, unknown> } {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { app: appParam, ...others } = params;
  const app = textOf(appParam) ?? textOf(fields.name);
  const details: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(others)) details[name] = textOf(value);
  for (const name of TOLD_OF_BODY) {
    const value = fields[name];
    if (typeof value === 'number' || typeof value === 'string') details[name] = textOf(value) ?? value;
  }
  return { target: app === undefined ? 'platform' : `app/${app}`, details };
}
