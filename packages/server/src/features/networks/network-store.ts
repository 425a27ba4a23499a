export interface NetworkRecord {
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Null for the default one. */
  readonly createdBy: string | null;
  /** Name of the engine that its apps run on. */
  readonly engine: string;
  /** Whether that is the platform's, whatever it is when the network is empty. */
  readonly follows: boolean;
  /** Name of the cluster, for an engine of clusters. */
  readonly cluster: string | null;
}

/** Keeps the networks; the default one is among them from the beginning. */
export interface NetworkStore {
  /** Begins without roles, whatever one of its name had. @throws RigError `network_exists`, `network_being_removed` */
  create(network: NetworkRecord): Promise<void>;
  get(name: string): Promise<NetworkRecord | undefined>;
  /** Whether one of the name was removed, and something of it may be left on what it ran on. */
  isLeft(name: string): Promise<boolean>;
  /** By name. */
  list(): Promise<NetworkRecord[]>;
  /**
   * Gives the networks that follow the platform its engine.
   * @throws RigError `engine_in_use` when there are apps in one that had another
   */
  follow(engine: string): Promise<void>;
  /**
   * Removes a network and the roles given at it; that something may be left of it on what it ran on is noted.
   * @returns ids of the users who had one
   * @throws RigError `network_not_empty` while an app is in it, be it one that is being destroyed; `network_not_found`
   */
  remove(name: string): Promise<string[]>;
}
