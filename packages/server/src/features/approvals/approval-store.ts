import type { Approval } from '@rig-ops/contract/resources';

/** A request for a session that somebody else has to approve. */
export interface ApprovalRecord extends Approval {
  readonly userId: string;
  readonly network: string;
  /** Null in a network. */
  readonly appId: string | null;
  /** Hex SHA-256 of everything it holds for. */
  readonly digest: string;
  readonly decidedById: string | null;
}

export interface ApprovalDecision {
  readonly state: 'approved' | 'denied';
  readonly byId: string;
  readonly by: string;
  readonly reason: string | null;
  /** RFC 3339, as the other times. */
  readonly at: string;
  readonly expiresAt: string;
}

/** Keeps requests for approval. What has expired is given as `expired`, whatever was written. */
export interface ApprovalStore {
  /**
   * Adds a request, unless one of the same digest waits already, which is returned instead. Forgets what
   * was asked before `forgetBefore`.
   * @throws RigError `too_many_approvals` when `most` of the user's wait; `not_found` when the app is gone
   */
  ask(
    record: ApprovalRecord,
    limits: { most: number; forgetBefore: string },
  ): Promise<{ record: ApprovalRecord; added: boolean }>;
  get(id: string, now: string): Promise<ApprovalRecord | undefined>;
  /** Newest first, at most so many. */
  list(now: string, limit: number): Promise<ApprovalRecord[]>;
  /** The oldest approved one of a user that holds for a digest. */
  findApproved(userId: string, digest: string, now: string): Promise<ApprovalRecord | undefined>;
  /** False when it does not wait any more; so one of two at once gets true. */
  decide(id: string, decision: ApprovalDecision): Promise<boolean>;
  /** Uses an approved one up; false when it is not, or is no longer, approved. */
  use(id: string, now: string): Promise<boolean>;
}
