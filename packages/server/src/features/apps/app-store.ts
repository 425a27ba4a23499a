import type { Page, PageQuery } from '../../store/page.ts';

import type { Reach } from '../access/decide.ts';

export interface AppRecord {
  readonly id: string;
  readonly name: string;
  readonly network: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Keeps the apps. An app that is being destroyed is there only for {@link AppStore.listDestroying}. */
export interface AppStore {
  /** @throws RigError `app_exists` when the name is taken, be it by an app that is being destroyed; `network_not_found` */
  create(app: AppRecord): Promise<void>;
  get(name: string): Promise<AppRecord | undefined>;
  getById(id: string): Promise<AppRecord | undefined>;
  /**
   * The apps by name; with a reach, those within it.
   * @throws RigError `invalid_input` for a malformed cursor
   */
  list(query: PageQuery, reach?: Reach): Promise<Page<AppRecord>>;
  /** Marks an app as being destroyed; false when there is none, or it is marked already. */
  markDestroying(id: string, at: string): Promise<boolean>;
  /** Apps whose removal was begun and not finished. */
  listDestroying(): Promise<AppRecord[]>;
  /** Forgets an app and every row that refers to it. */
  remove(id: string): Promise<void>;
}
