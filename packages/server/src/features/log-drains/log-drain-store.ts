/** Where logs are sent. */
export interface StoredLogDrain {
  readonly name: string;
  /** `app/NAME` or `network/NAME`. */
  readonly target: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
  readonly allowPrivate: boolean;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** How far a log was sent: a cursor by the folder of the log; an empty one stands for its beginning. */
export type LogPositions = Readonly<Record<string, string>>;

/** Keeps log drains, and how far each log was sent. */
export interface LogDrainStore {
  list(): Promise<{ drain: StoredLogDrain; positions: LogPositions }[]>;
  /** @throws RigError `drain_exists` */
  add(drain: StoredLogDrain, positions: LogPositions): Promise<void>;
  /** Does nothing for a drain that is not there any more. */
  savePosition(drain: string, log: string, position: string): Promise<void>;
  /** Forgets how far a log was sent that is gone. */
  forget(drain: string, log: string): Promise<void>;
  /** Removes a drain with its positions. */
  remove(name: string): Promise<void>;
}
