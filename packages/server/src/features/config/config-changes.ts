import { RigError } from '@rig-ops/contract/errors';
import type { ConfigChange } from '@rig-ops/contract/resources';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { ConfigBook, DraftedChange } from './config-book.ts';
import type { ConfigStore } from './config-store.ts';

/** How often a change is merged anew when others come first. */
const TRIES = 10;

export interface ConfigChangesOptions {
  book: ConfigBook;
  store: ConfigStore;
  releases: Pick<ReleaseStore, 'live'>;
}

/** Makes changes of configuration, at once or with a deploy that brings them live. */
export class ConfigChanges {
  readonly #options: ConfigChangesOptions;

  constructor(options: ConfigChangesOptions) {
    this.#options = options;
  }

  /**
   * Makes a change that the next release gets.
   * @throws RigError `deploy_in_progress`, `config_conflict`, `invalid_config` and its kin
   */
  async store(app: AppRecord, change: ConfigChange, user: string): Promise<DraftedChange> {
    const { book, store } = this.#options;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const draft = await book.draft(app, change, user);
      if (draft.set === null || (await store.advance(draft.set, app.name))) return draft;
    }
    throw new RigError('config_conflict', `The configuration of ${app.name} keeps changing.`);
  }

  /**
   * Orders a deploy with a change, which becomes the app's when the deploy goes live and is gone when it does
   * not. Before the first release there is nothing to protect: then the change stays either way.
   * @param order given the id of the set it is to go live with; null: with what the app has
   */
  async withChange<T>(
    app: AppRecord,
    change: ConfigChange,
    user: string,
    order: (configId: string | null, live: ReleaseRecord | null, draft: DraftedChange | null) => Promise<T>,
  ): Promise<T> {
    const { book, releases, store } = this.#options;
    const live = await releases.live(app.id);
    if (isEmpty(change)) return order(null, live, null);
    if (live === null) return order(null, null, await this.store(app, change, user));
    const draft = await book.draft(app, change, user);
    if (draft.set === null) return order(null, live, draft);
    await store.add(draft.set);
    try {
      return await order(draft.set.id, live, draft);
    } catch (error) {
      await store.remove(draft.set.id);
      throw error;
    }
  }
}

const isEmpty = ({ set, unset, replace }: ConfigChange): boolean =>
  (set ?? []).length === 0 && (unset ?? []).length === 0 && replace !== true;
