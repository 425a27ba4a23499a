export interface LoginRecord {
  readonly id: string;
  /** What the machine that asked calls itself. */
  readonly deviceName: string;
  /** Address it asked from. */
  readonly client: string;
  /** RFC 3339, as the other times. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'redeemed';
  /** Who approved it. */
  readonly userId: string | null;
  /** Seconds there must be between two polls. */
  readonly intervalS: number;
  readonly polledAt: string | null;
}

/** Keeps logins by the hashes of their codes; the codes themselves are never given to a store. */
export interface LoginStore {
  /** False when a login has that user code already. */
  create(login: LoginRecord, hashes: { device: string; code: string }): Promise<boolean>;
  findByCode(hash: string): Promise<LoginRecord | undefined>;
  findByDevice(hash: string): Promise<LoginRecord | undefined>;
  /** How many are pending at a time, and of them from one address. */
  countPending(at: string, client: string): Promise<{ all: number; ofClient: number }>;
  /** False when it is not pending any more; so one of two at once gets true. */
  decide(id: string, decision: { status: 'approved' | 'denied'; userId: string }): Promise<boolean>;
  /** False when it was not approved, or redeemed already. */
  redeem(id: string): Promise<boolean>;
  notePoll(id: string, poll: { at: string; intervalS: number }): Promise<void>;
  /** Forgets those that expired before a time. */
  purge(before: string): Promise<void>;
}
