import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogRecord } from '@rig-ops/contract/log-record';
import type { WantedLog } from './read-logs.ts';

/** What the log of a network is made of. */
export const networkParts = ['edge', 'apps', 'events'] as const;
export type NetworkPart = (typeof networkParts)[number];

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

/** The apps of a network. @throws RigError `not_found` for a network without apps that is not the default one */
export async function listAppsOf(client: RigClient, network: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { apps: { name: string; network: string }[]; nextCursor: string | null } = await client.call(
      'listApps',
      { query: cursor === null ? {} : { cursor }, signal },
    );
    names.push(...page.apps.filter((app) => app.network === network).map((app) => app.name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (names.length === 0 && network !== 'default') {
    throw new RigError('not_found', `There is no network ${JSON.stringify(network)} with apps in it.`, {
      hint: 'Run `rig apps list` for the apps and their networks.',
    });
  }
  return names;
}

/** The logs a network's log is merged from. */
export class NetworkLogs {
  readonly #network: string;
  readonly #parts: ReadonlySet<NetworkPart>;
  readonly #query: LogQuery | undefined;
  readonly #condition: string | undefined;
  readonly #known = new Set<string>();

  constructor(
    network: string,
    parts: ReadonlySet<NetworkPart>,
    query: LogQuery | undefined,
    condition: string | undefined,
  ) {
    this.#network = network;
    this.#parts = parts;
    this.#query = query;
    this.#condition = condition;
  }

  /** Those of the network itself, and of its apps. */
  of(apps: readonly string[]): WantedLog[] {
    return [...this.#ofNetwork(), ...apps.flatMap((app) => this.ofApp(app))];
  }

  #ofNetwork(): WantedLog[] {
    const network = this.#network;
    const logs: WantedLog[] = [];
    if (this.#parts.has('events'))
      logs.push({ of: { network, store: 'events' }, query: this.#query, optional: true });
    if (this.#parts.has('edge'))
      logs.push({ of: { network, store: 'edge' }, query: this.#ofRequests(), optional: true });
    return logs;
  }

  /** Those of an app; none when they were given before. */
  ofApp(app: string): WantedLog[] {
    if (this.#known.has(app)) return [];
    this.#known.add(app);
    const logs: WantedLog[] = [];
    if (this.#parts.has('apps')) logs.push({ of: { app }, query: this.#query });
    if (this.#parts.has('edge')) logs.push({ of: { app, store: 'edge' }, query: this.#ofRequests() });
    return logs;
  }

  /** An app that is created while its network is read joins, also one whose name was used before. */
  readonly onRecord = (record: LogRecord, isLive: boolean): WantedLog[] => {
    if (record.type !== 'line' || record.process !== 'events' || record.instance !== 'app.created') return [];
    if (isLive) this.#known.delete(record.app);
    return this.ofApp(record.app);
  };

  #ofRequests(): LogQuery | undefined {
    if (this.#condition === undefined) return this.#query;
    const where = this.#query?.where;
    return {
      ...this.#query,
      where: where === undefined ? this.#condition : `${this.#condition} and (${where})`,
    };
  }
}
