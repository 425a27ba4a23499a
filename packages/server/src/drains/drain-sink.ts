import type { HttpTarget } from '../outgoing/http-target.ts';

/** One record on its way to a receiver outside. */
export interface DrainRecord {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly severity: 'info' | 'notice' | 'warning' | 'error';
  /** What happened, as a word: `command.run`. */
  readonly event: string;
  readonly body: string;
  /** What receivers index. Names are of lower-case letters and underscores. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Who sends. */
export interface DrainOrigin {
  /** Which records these are, as `rig.audit`. */
  readonly scope: string;
  /** Id of the platform. */
  readonly platform: string;
  readonly version: string;
}

/** Where to, checked by {@link parseDrainUrl}; the path and the headers are for HTTP. */
export interface DrainTarget extends HttpTarget {
  readonly kind: 'syslog' | 'otlp' | 'ndjson';
}

export interface DrainReceipt {
  /** Records the receiver has taken and thrown away; sending them again would not help. */
  readonly rejected: number;
  readonly message: string | undefined;
}

/** Sends records to one receiver. */
export interface DrainSink {
  /**
   * Resolves once the receiver has taken all of them; after an error it may have taken some.
   * @throws RigError `drain_failed`, `drain_target_refused`; the signal's reason
   */
  send(records: readonly DrainRecord[], signal: AbortSignal): Promise<DrainReceipt>;
}

export type DrainSinkFactory = (target: DrainTarget, origin: DrainOrigin) => DrainSink;
