/** What ought to run: one row per place in the process table of a release. */
export interface InstanceRecord {
  /** Changes with each start; the engine knows the instance by it. */
  id: string;
  appId: string;
  release: number;
  process: string;
  /** 1, 2, … within its process. */
  ordinal: number;
  /** 1, 2, … within its place: a later one takes the place of an earlier one that still runs. */
  turn: number;
  /** Where `web` is told to listen; null for other processes. */
  port: number | null;
  /** Address that answered the health check: `127.0.0.1` or `::1`; null before. */
  host: string | null;
  /** `drain`: serves what it has begun, then stops. */
  desired: 'run' | 'drain' | 'stop';
  health: 'unknown' | 'healthy' | 'unhealthy';
  /** How often it was started again after it had ended by itself. */
  restarts: number;
  createdAt: string;
  /** Until when one that drains is kept running all the same, for a return at once; RFC 3339. */
  keepUntil: string | null;
}

export type NewInstance = Pick<
  InstanceRecord,
  'id' | 'appId' | 'release' | 'process' | 'ordinal' | 'port' | 'createdAt'
> & {
  /** 1 when absent. */
  turn?: number;
};

/** As `web.1`. */
export const instanceName = (instance: Pick<InstanceRecord, 'process' | 'ordinal'>): string =>
  `${instance.process}.${instance.ordinal}`;

/** Where the wanted instances are remembered. */
export interface InstanceStore {
  /** Adds those whose place in the release is free still, all at once. */
  create(instances: NewInstance[]): Promise<void>;
  /** By app, release, process and ordinal. */
  list(): Promise<InstanceRecord[]>;
  ofApp(appId: string): Promise<InstanceRecord[]>;
  setHealth(id: string, health: InstanceRecord['health'], host: string | null): Promise<void>;
  /** Gives a place a new id for its next start; its health is unknown again. */
  replace(id: string, next: { id: string; port: number | null; countRestart: boolean }): Promise<void>;
  /** Sets what is desired of the instances of one release. */
  setDesired(appId: string, release: number, desired: InstanceRecord['desired']): Promise<void>;
  setDesiredOf(ids: readonly string[], desired: InstanceRecord['desired']): Promise<void>;
  /** Those of every other release of the app that were to run are to drain, and are kept until then if a time is given. */
  drainOthers(appId: string, release: number, keepUntil?: string | null): Promise<void>;
  /** Makes what runs of one release that of another, to run on as it is; all at once. */
  adopt(ids: readonly string[], release: number): Promise<void>;
  remove(id: string): Promise<void>;
}
