/**
 * What the edge counts of the traffic it passes on, and how its latency histograms are read. Counters only
 * grow while one edge lives; whoever wants a rate takes the difference of two answers of the same `epoch`.
 */
export interface EdgeMetrics {
  /** Changes whenever an edge starts: counters of another epoch began from nothing. */
  epoch: string;
  /** RFC 3339: since when it counts. */
  since: string;
  /** Number of this answer; absent from an edge of an older version, which tells everything always. */
  tick?: number;
  /** Whether it has only the instances that counted something since the answer that was named; no releases then. */
  partial?: boolean;
  apps: AppTraffic[];
}

/** An answer of the edge that somebody has: the next one may leave out what has not changed. */
export interface EdgeMark {
  epoch: string;
  tick: number;
}

export interface AppTraffic {
  app: string;
  /** The releases that were routed last, at most {@link MAX_RELEASES}; a release counts all of its instances, also those that are gone. */
  releases: ReleaseTraffic[];
  /** Instances that are routed, and the last {@link MAX_GONE} that were. */
  instances: InstanceTraffic[];
}

export interface ReleaseTraffic extends Traffic {
  release: number;
}

export interface InstanceTraffic extends Traffic {
  /** Id of the instance. */
  instance: string;
  /** As `web.1`. */
  name: string;
  release: number;
}

/** Counts of one instance or release. */
export interface Traffic {
  /** Requests sent to it, without those that the client gave up before an answer. */
  requests: number;
  /** Of `requests`, those answered with a status from 500 on, broken off by it, or not answered by it at all. */
  errors: number;
  /** Requests that the client gave up before there was an answer; their wait is in `latency`. */
  abandoned: number;
  /** Bytes of clients' connections, of requests that have ended. */
  bytesIn: number;
  bytesOut: number;
  /** Time from the arrival of a request to the head of its answer: count by bucket, empty buckets left out. */
  latency: Histogram;
}

/** `[bucket, count]`, by bucket. */
export type Histogram = readonly (readonly [bucket: number, count: number])[];

/** Releases of one app that are counted. */
export const MAX_RELEASES = 8;
/** Instances of one app that are counted although they are routed no longer. */
export const MAX_GONE = 16;

/** Buckets per doubling. */
const STEPS = 8;
/** Upper bound of the first bucket, in milliseconds. */
const FIRST_MS = 0.25;
/** Doublings; what takes longer than 0.25 ms · 2^19 (131 s) is in the last bucket. */
const DOUBLINGS = 19;

/** How many buckets a histogram has: one up to 0.25 ms, then eight of equal width per doubling, and one for the rest. */
export const BUCKETS = 2 + STEPS * DOUBLINGS;

/** The bucket of a duration. Bounds are log-linear, so that a value is known to within an eighth of itself. */
export function bucketOf(ms: number): number {
  // Also what is no number.
  if (!(ms > FIRST_MS)) return 0;
  const ratio = ms / FIRST_MS;
  const doubling = Math.floor(Math.log2(ratio));
  if (doubling >= DOUBLINGS) return BUCKETS - 1;
  const base = 2 ** doubling;
  return 1 + doubling * STEPS + Math.min(STEPS - 1, Math.floor((ratio / base - 1) * STEPS));
}

/** Upper bound of a bucket in milliseconds; infinite for the last one. */
export function boundOf(bucket: number): number {
  if (bucket <= 0) return FIRST_MS;
  if (bucket >= BUCKETS - 1) return Number.POSITIVE_INFINITY;
  const doubling = Math.floor((bucket - 1) / STEPS);
  const step = (bucket - 1) % STEPS;
  return FIRST_MS * 2 ** doubling * (1 + (step + 1) / STEPS);
}

/** The bound under which the share `q` (0 to 1) of all counted lies, in milliseconds; null when nothing was counted. */
export function quantileOf(histogram: Histogram, q: number): number | null {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of histogram) {
    seen += count;
    if (seen >= total * q) return boundOf(bucket);
  }
  return Number.POSITIVE_INFINITY;
}

export const NO_TRAFFIC: Traffic = {
  requests: 0,
  errors: 0,
  abandoned: 0,
  bytesIn: 0,
  bytesOut: 0,
  latency: [],
};

/** Both are in the order of the buckets, and so is what comes out. */
function combineLatency(left: Histogram, right: Histogram, sign: 1 | -1): Histogram {
  const all: (readonly [number, number])[] = [];
  let other = 0;
  const add = (bucket: number, count: number) => {
    if (count > 0) all.push([bucket, count]);
  };
  for (const [bucket, count] of left) {
    for (; other < right.length && (right[other]?.[0] ?? 0) < bucket; other += 1)
      add(right[other]?.[0] ?? 0, sign * (right[other]?.[1] ?? 0));
    const isBoth = right[other]?.[0] === bucket;
    add(bucket, count + (isBoth ? sign * (right[other]?.[1] ?? 0) : 0));
    if (isBoth) other += 1;
  }
  for (; other < right.length; other += 1) add(right[other]?.[0] ?? 0, sign * (right[other]?.[1] ?? 0));
  return all;
}

const combine = (left: Traffic, right: Traffic, sign: 1 | -1): Traffic => {
  const of = (key: Exclude<keyof Traffic, 'latency'>): number => Math.max(0, left[key] + sign * right[key]);
  return {
    requests: of('requests'),
    errors: of('errors'),
    abandoned: of('abandoned'),
    bytesIn: of('bytesIn'),
    bytesOut: of('bytesOut'),
    latency: combineLatency(left.latency, right.latency, sign),
  };
};

export const addTraffic = (left: Traffic, right: Traffic): Traffic => combine(left, right, 1);

/** What was counted between two answers of the same epoch. */
export const subtractTraffic = (now: Traffic, before: Traffic): Traffic => combine(now, before, -1);
