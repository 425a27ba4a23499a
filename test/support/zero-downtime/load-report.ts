/** The kinds of traffic of the load client. */
export type Lane = 'keep-alive' | 'new-connection' | 'slow-body' | 'slow-answer' | 'web-socket';

/** Something that went wrong, as the load client saw it. */
export interface Failure {
  lane: Lane;
  /** Milliseconds since 1970. */
  at: number;
  /** Since the request began or the socket was opened, in milliseconds. */
  afterMs: number;
  error: string;
  /** Of the release that answered, where one did. */
  release: number | null;
}

/** A WebSocket that the app has closed. */
interface ClosedSocket {
  at: number;
  code: number;
  reason: string;
  release: number;
}

/** What the load client has seen, printed once it is told to end. */
export interface LoadReport {
  /** Requests that went well, messages that came back, by lane. */
  done: Record<Lane, number>;
  failures: Failure[];
  closed: ClosedSocket[];
  /** When each release answered first and last, by its number. */
  releases: Record<number, { first: number; last: number }>;
}
