/**
 * Connections to ports of instances between rigd and rig-supervisor: a channel of kind `forward` is one TCP
 * connection, opened when ACCEPT comes. Streams are those of `channels/forward.ts`. The supervisor checks no
 * rights but one: the port must be one that a process of the instance listens on.
 */

/** OPEN parameters of `forward`. */
export interface ForwardSpec {
  /** Instances to look at, in this order: the first one of which a process listens on the port is it. */
  targets: ForwardTargetSpec[];
  /** Finds the place without connecting: EOF in both directions comes at once. */
  check: boolean;
}

export interface ForwardTargetSpec {
  instance: string;
  port: number;
  /** Whether the port was given to the instance, as its `PORT`: reachable also where listeners cannot be told. */
  own: boolean;
}

/** ACCEPT of `forward`. */
export interface ForwardPlace {
  instance: string;
  port: number;
}
