/** One variable as it is stored. */
export interface SealedVariable {
  key: string;
  secret: boolean;
  /** Whether builds get it as well. */
  build: boolean;
  /** See `ConfigSealer`. */
  sealed: string;
  /** RFC 3339. */
  updatedAt: string;
  updatedBy: string;
}

/** One immutable set of variables. */
export interface ConfigSet {
  id: string;
  appId: string;
  parentId: string | null;
  /** By name. */
  variables: SealedVariable[];
  createdBy: string;
  createdAt: string;
}

/**
 * Keeps sets of variables, and which one of each app is its head: what the next release gets. While a deploy
 * of the app runs only that deploy moves the head, so it holds still for it.
 */
export interface ConfigStore {
  get(id: string): Promise<ConfigSet | null>;
  /** Id of the head; null while nothing was ever set. */
  head(appId: string): Promise<string | null>;
  /** Adds a set that some deploy is to make the head. */
  add(set: ConfigSet): Promise<void>;
  /**
   * Adds a set and makes it the head at once.
   * @returns false, having done nothing, when the head is no longer its parent
   * @throws RigError `deploy_in_progress`
   */
  advance(set: ConfigSet, appName: string): Promise<boolean>;
  /** Forgets a set that no deploy came to use. */
  remove(id: string): Promise<void>;
  /** Makes a set, or none, the head: its release has become live. May be repeated. */
  setHead(appId: string, id: string | null): Promise<void>;
}
