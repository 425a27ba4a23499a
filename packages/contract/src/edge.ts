/**
 * The language between rigd and rig-edge: a routes file that rigd replaces atomically, and a unix
 * socket on which the edge tells what it has applied.
 */
export interface EdgeRoutes {
  /** Grows with every write; the edge reports the last one it applied. */
  generation: number;
  /** Port for routing by host name on 127.0.0.1; 0 lets the system choose (and keep) one. */
  hostPort: number;
  apps: EdgeApp[];
}

export interface EdgeApp {
  id: string;
  name: string;
  /** Port of the app's own listener on 127.0.0.1. */
  port: number;
  /** Host names routed to it on `hostPort`, as `hello.localhost`. */
  hosts: string[];
  release: number;
  upstreams: EdgeUpstream[];
  /**
   * Percent of the requests by release while two share the traffic; releases that are not in it get none while
   * another answers. Absent: every upstream counts alike.
   */
  shares?: { release: number; percent: number }[];
}

export interface EdgeUpstream {
  /** Id of the instance. */
  instance: string;
  /** As `web.1`, for the access records; absent in routes of an older rigd. */
  name?: string;
  /** `127.0.0.1` or `::1`. */
  host: string;
  port: number;
  /** Where it is another than the app's. */
  release?: number;
}

/**
 * `GET /v1/metrics?app=ID` answers `EdgeMetrics` of edge-metrics.ts, of all apps without `app`.
 * `GET /v1/status?generation=N` waits up to 10 s until generation N is applied, then answers this.
 */
export interface EdgeStatus {
  pid: number;
  generation: number;
  hostPort: number | null;
  /** Requests and upgraded connections under way, per instance, also for instances no longer routed. */
  inFlight: Record<string, number>;
  /** Listeners that could not be opened. */
  failedListeners: { appId: string | null; port: number; error: string }[];
}
