import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogRecord } from '@rig-ops/contract/log-record';
import type { WantedLog } from './read-logs.ts';

/** What the log of a network is made of. */
export const networkParts = ['edge', 'apps', 'events'] as const;
export type NetworkPart = (typeof networkParts)[number];

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
