import type { AppMetric, InstanceMetric, Metrics, PlatformMetric } from '@rig-ops/contract/resources';

/** A measured value; null where nothing was measured. */
export type Point = number | null;

export type Step = Metrics['step'];

export const STEP_MS = { '1s': 1_000, '10s': 10_000, '60s': 60_000 } as const satisfies Record<Step, number>;

/** What the screens show of all that is measured of an app. */
const appMetrics = [
  'requests',
  'errors',
  'p50',
  'p95',
  'p99',
  'cpu',
  'memory',
] as const satisfies readonly AppMetric[];
const instanceMetrics = [
  'requests',
  'errors',
  'p95',
  'cpu',
  'memory',
] as const satisfies readonly InstanceMetric[];
const platformMetrics = [
  'cpu',
  'memory',
  'diskFree',
  'eventLoop',
] as const satisfies readonly PlatformMetric[];

/** What was measured of one thing, oldest first; all of its series are equally long. */
type Series<M extends string> = { readonly [metric in M]: readonly Point[] };
type ShownMetric = (typeof appMetrics)[number];
export type AppSeries = Series<ShownMetric>;
export type InstanceSeries = Series<InstanceMetric>;
export type PlatformSeries = Series<PlatformMetric>;

/** The part of an answer that is new, and what lies between it and what is known. */
interface Piece {
  missing: number;
  skip: number;
  count: number;
}

class SeriesStore<M extends string> {
  readonly series: Record<M, Point[]>;
  readonly #capacity: number;

  constructor(metrics: readonly M[], capacity: number) {
    this.series = Object.fromEntries(metrics.map((metric) => [metric, [] as Point[]])) as Record<M, Point[]>;
    this.#capacity = capacity;
  }

  append(
    columns: { readonly [metric in M]?: readonly Point[] } | undefined,
    { missing, skip, count }: Piece,
  ): void {
    for (const metric of Object.keys(this.series) as M[]) {
      const values = this.series[metric];
      const column = columns?.[metric];
      for (let index = 0; index < Math.min(missing, this.#capacity); index += 1) values.push(null);
      for (let index = skip; index < count; index += 1) values.push(column?.[index] ?? null);
      if (values.length > this.#capacity) values.splice(0, values.length - this.#capacity);
    }
  }
}

/**
 * The newest points of everything that is measured, in one step. Answers are merged in the order they come; points
 * that are known already count once, and what lies between two answers is null. It holds `capacity` points of each.
 */
export class MetricsHistory {
  readonly step: Step;
  readonly #capacity: number;
  #apps = new Map<string, SeriesStore<ShownMetric>>();
  #instances = new Map<string, SeriesStore<InstanceMetric>>();
  #platform: SeriesStore<PlatformMetric> | undefined;
  #newest: number | undefined;
  #after: string | undefined;

  constructor(step: Step, capacity: number) {
    this.step = step;
    this.#capacity = capacity;
  }

  /** What to ask behind; undefined before the first answer. */
  get after(): string | undefined {
    return this.#after;
  }

  app(name: string): AppSeries | undefined {
    return this.#apps.get(name)?.series;
  }

  instance(name: string): InstanceSeries | undefined {
    return this.#instances.get(name)?.series;
  }

  get platform(): PlatformSeries | undefined {
    return this.#platform?.series;
  }

  merge(metrics: Metrics): void {
    if (metrics.to === null) return;
    const stepMs = STEP_MS[metrics.step];
    const [first, last] = [Date.parse(metrics.from), Date.parse(metrics.to)];
    const count = Math.round((last - first) / stepMs) + 1;
    const ahead = this.#newest === undefined ? 1 : Math.round((first - this.#newest) / stepMs);
    const piece = { missing: Math.max(0, ahead - 1), skip: Math.max(0, 1 - ahead), count };
    if (piece.skip >= count) return;
    const length = this.#length();
    mergeAll(
      this.#apps,
      metrics.apps,
      ({ app }) => app,
      piece,
      () => this.#filled(appMetrics, length),
    );
    mergeAll(
      this.#instances,
      metrics.instances,
      ({ instance }) => instance,
      piece,
      () => this.#filled(instanceMetrics, length),
    );
    if (metrics.platform !== null) {
      this.#platform ??= this.#filled(platformMetrics, length);
      this.#platform.append(metrics.platform, piece);
    }
    this.#newest = last;
    this.#after = metrics.to;
  }

  /** Forgets apps that are gone. */
  retainApps(names: ReadonlySet<string>): void {
    for (const name of this.#apps.keys()) if (!names.has(name)) this.#apps.delete(name);
  }

  /** Forgets everything: the clock of the platform was set back, or another one answers. */
  clear(): void {
    this.#apps = new Map();
    this.#instances = new Map();
    this.#platform = undefined;
    this.#newest = undefined;
    this.#after = undefined;
  }

  #length(): number {
    const [store] = this.#apps.values();
    return store?.series.requests.length ?? this.#platform?.series.cpu.length ?? 0;
  }

  /** Something that is measured from now on has had nothing so far, so that all series end at one time. */
  #filled<M extends string>(metrics: readonly M[], length: number): SeriesStore<M> {
    const store = new SeriesStore(metrics, this.#capacity);
    store.append(undefined, { missing: length, skip: 0, count: 0 });
    return store;
  }
}

function mergeAll<M extends string, E extends { readonly [metric in M]: readonly Point[] }>(
  stores: Map<string, SeriesStore<M>>,
  entries: readonly E[],
  nameOf: (entry: E) => string,
  piece: Piece,
  make: () => SeriesStore<M>,
): void {
  const told = new Set<string>();
  for (const entry of entries) {
    const name = nameOf(entry);
    told.add(name);
    const store = stores.get(name) ?? make();
    stores.set(name, store);
    store.append(entry, piece);
  }
  for (const [name, store] of stores) if (!told.has(name)) store.append(undefined, piece);
}
