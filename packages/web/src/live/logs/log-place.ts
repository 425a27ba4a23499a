import { buildQuery, type QueryFlags, requestCondition } from '@rig-ops/contract/log-filters';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogSourceKind } from '@rig-ops/contract/log-words';
import {
  chooseLogs,
  NetworkLogs,
  type NetworkPart,
  networkParts,
  type WantedLog,
} from '@rig-ops/wire/log-feed';

/** Kinds of logs that a page can show. */
const logKinds = ['app', 'build', 'deploy', 'network'] as const;
export type LogKind = (typeof logKinds)[number];

export interface LogPlace {
  readonly kind: LogKind;
  /** Of the app or network, id of the build or deploy. */
  readonly name: string;
}

/** `#/logs/app/shop` has `app`, `shop`. Null for what names no log. */
export function readLogPlace(params: readonly string[]): LogPlace | null {
  const [kind, name] = params;
  const known = logKinds.find((one) => one === kind);
  return known === undefined || name === undefined ? null : { kind: known, name };
}

/** What of a log is wanted, as it stands in the address: the names are those of the flags of `rig logs`. */
export type LogWishes = Readonly<Record<string, string>>;

/** How many of the latest lines there are at first; `all` for everything. */
export const tails = ['0', '200', '1000', '10000', '100000', 'all'] as const;
const USUAL_TAIL = '1000';

/** Of a build, how it began matters as much as how it ended. */
export const usualTail = (kind: LogKind): string =>
  kind === 'build' || kind === 'deploy' ? 'all' : USUAL_TAIL;

/** @returns undefined for all of them */
export function tailOf(kind: LogKind, { lines }: LogWishes): number | undefined {
  const chosen = lines ?? usualTail(kind);
  return /^\d{1,6}$/.test(chosen) ? Number(chosen) : undefined;
}

const listOf = (text: string | undefined): string[] | undefined => {
  const parts = text?.split(/[\s,]+/).filter((part) => part !== '');
  return parts === undefined || parts.length === 0 ? undefined : parts;
};

/** @throws RigError `usage`, which names the flag */
export function queryOf(wishes: LogWishes, now = new Date()): LogQuery | undefined {
  const { grep, since, until, where, regex } = wishes;
  const flags: QueryFlags = {
    since: since === '' ? undefined : since,
    until: until === '' ? undefined : until,
    where: where === '' ? undefined : where,
    level: listOf(wishes.level),
    process: listOf(wishes.process),
    instance: listOf(wishes.instance),
    release: listOf(wishes.release),
    stream: listOf(wishes.stream),
    context: /^\d{1,4}$/.test(wishes.context ?? '') ? Number(wishes.context) : undefined,
  };
  if (grep !== undefined && grep !== '') {
    if (regex === '1') flags.regex = [grep];
    else flags.grep = [grep];
    flags['ignore-case'] = wishes.case !== '1';
    flags['invert-match'] = wishes.not === '1';
  }
  return buildQuery(flags, now);
}

/** @throws RigError `usage` */
export function requestsOf({ status, path, method, slow }: LogWishes): string | undefined {
  return requestCondition({
    status: listOf(status),
    path: path === '' ? undefined : path,
    method: listOf(method),
    slow: slow === '' ? undefined : slow,
  });
}

/** Parts of a network's log that are shown. */
export function partsOf({ only }: LogWishes): ReadonlySet<NetworkPart> {
  const named = listOf(only);
  const parts = networkParts.filter((part) => named?.includes(part) ?? part === 'edge');
  return new Set(parts.length === 0 ? networkParts : parts);
}

/** @throws RigError `usage` */
export function logsOfApp(app: string, wishes: LogWishes): WantedLog[] {
  const sources = listOf(wishes.source) as LogSourceKind[] | undefined;
  return chooseLogs([app], sources, queryOf(wishes));
}

/** @throws RigError `usage` */
export function logsOfNetwork(network: string, wishes: LogWishes): NetworkLogs {
  return new NetworkLogs(network, partsOf(wishes), queryOf(wishes), requestsOf(wishes));
}

/** What somebody has typed wrong, without the sign of a flag: there are none in a page. */
export const withoutFlag = (message: string): string =>
  message.replace(/^--?([a-z-]+)/, (_, name: string) => `“${name}”`);
