/** Keeps everybody but its owner from deploying an app; times are RFC 3339. */
export interface DeployLockRecord {
  appId: string;
  owner: string;
  reason: string | null;
  since: string;
  /** When it ends by itself; null when it does not. */
  until: string | null;
}

/** Where the locks of apps are remembered, one per app. A lock whose time is over is none. */
export interface DeployLockStore {
  /** @param at now */
  get(appId: string, at: string): Promise<DeployLockRecord | null>;
  /** Of all apps. @param at now */
  all(at: string): Promise<DeployLockRecord[]>;
  /**
   * Takes the lock, or gives it a new reason and end when the owner has it already; `since` stays then.
   * @returns the lock there is afterwards: of somebody else when it was theirs
   */
  take(lock: DeployLockRecord): Promise<DeployLockRecord>;
  /** Ends the lock if it is still the one of that owner. */
  release(appId: string, owner: string): Promise<void>;
}
