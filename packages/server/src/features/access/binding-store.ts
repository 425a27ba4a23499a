import type { Grant } from './decide.ts';

export interface Binding extends Grant {
  readonly id: string;
  readonly userId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** Keeps who has which role where. */
export interface BindingStore {
  /**
   * False when the user has that role there already.
   * @throws RigError `user_not_found` when the user or the app is not there
   */
  add(binding: Binding): Promise<boolean>;
  /** False when there was none. */
  remove(userId: string, grant: Grant): Promise<boolean>;
  /** In the order they were granted. */
  listOf(userId: string): Promise<Binding[]>;
  listAll(): Promise<Binding[]>;
}
