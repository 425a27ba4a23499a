import type { Page, PageQuery } from '../../store/page.ts';

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: 'user' | 'service';
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly disabledAt: string | null;
}

/** Keeps the users and service accounts. */
export interface UserStore {
  /** @throws RigError `user_exists` */
  create(user: UserRecord): Promise<void>;
  get(name: string): Promise<UserRecord | undefined>;
  getById(id: string): Promise<UserRecord | undefined>;
  /** By name, page by page. */
  list(query: PageQuery): Promise<Page<UserRecord>>;
  /** Null enables. Does nothing to a user that is not there. */
  setDisabled(id: string, at: string | null): Promise<void>;
  /** Forgets a user with its tokens and bindings; false when there was none. */
  remove(id: string): Promise<boolean>;
}
