import type { AccessPolicy } from '@rig-ops/contract/resources';
import type { Scope } from '../access/decide.ts';

/** The policy of one place. */
export interface PolicyRecord {
  readonly scope: Scope;
  readonly policy: AccessPolicy;
  /** Counts the changes, from 1. */
  readonly revision: number;
  /** RFC 3339. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Keeps policies; each goes with its app or network. */
export interface PolicyStore {
  /** Of these places, in their order; places without one are left out. */
  listOf(scopes: readonly Scope[]): Promise<PolicyRecord[]>;
  /** All, the platform's first, then by when they were set. */
  listAll(): Promise<PolicyRecord[]>;
  /**
   * Sets a policy; an empty one stays as a record with its revision.
   * @param after the revision it replaces, 0 for none
   * @returns false when there is another one meanwhile
   * @throws RigError `app_not_found` when the app was removed meanwhile
   */
  set(record: Omit<PolicyRecord, 'revision'>, after: number): Promise<boolean>;
}
