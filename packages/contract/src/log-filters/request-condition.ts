import { RigError } from '../errors.ts';

/** Values of the flags that select requests, as they were given. */
export interface RequestFlags {
  status?: string[] | undefined;
  path?: string | undefined;
  method?: string[] | undefined;
  slow?: string | undefined;
}

/** The condition that requests have to meet; undefined for all of them. @throws RigError `usage` */
export function requestCondition({ status, path, method, slow }: RequestFlags): string | undefined {
  const conditions: string[] = [];
  if (status !== undefined) conditions.push(anyOf(status.map(statusCondition)));
  if (path !== undefined) conditions.push(`path~"^${escapePattern(path)}"`);
  if (method !== undefined) conditions.push(anyOf(method.map((name) => `method="${readMethod(name)}"`)));
  if (slow !== undefined) conditions.push(`totalMs>=${readMilliseconds(slow)}`);
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

const anyOf = (conditions: readonly string[]): string => `(${conditions.join(' or ')})`;

function statusCondition(text: string): string {
  const kind = /^([1-5])xx$/i.exec(text)?.[1];
  if (kind !== undefined) return `(status>=${kind}00 and status<=${kind}99)`;
  if (/^(0|[1-5]\d\d)$/.test(text)) return `status=${text}`;
  throw new RigError('usage', `--status is "${text}"; it is a status, as 404, or a class of them, as 5xx.`);
}

function readMethod(name: string): string {
  if (/^[a-z]{1,20}$/i.test(name)) return name.toUpperCase();
  throw new RigError('usage', `--method is "${name}"; it is a method of HTTP, as GET.`);
}

function readMilliseconds(text: string): number {
  const [, count, unit = 'ms'] = /^(\d{1,9})(ms|s)?$/.exec(text) ?? [];
  if (count === undefined) throw new RigError('usage', `--slow is "${text}"; it is a time, as 500ms or 2s.`);
  return Number(count) * (unit === 's' ? 1000 : 1);
}

/** Twice: for the regular expression, and for the quoted text it stands in. */
function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`).replaceAll(/["\\]/g, String.raw`\$&`);
}
