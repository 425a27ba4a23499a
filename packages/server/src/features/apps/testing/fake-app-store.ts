import { RigError } from '@rig-ops/contract/errors';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import { type Reach, reaches } from '../../access/decide.ts';
import type { AppRecord, AppStore } from '../app-store.ts';

/** Keeps the apps in memory. */
export class FakeAppStore implements AppStore {
  readonly #apps = new Map<string, AppRecord>();
  readonly #destroying = new Set<string>();

  async create(app: AppRecord): Promise<void> {
    for (const { id, name } of this.#apps.values()) {
      if (id === app.id || name === app.name) {
        throw new RigError('app_exists', `There is an app named ${app.name} already.`);
      }
    }
    this.#apps.set(app.id, app);
  }

  async get(name: string): Promise<AppRecord | undefined> {
    return this.#living().find((app) => app.name === name);
  }

  async getById(id: string): Promise<AppRecord | undefined> {
    return this.#living().find((app) => app.id === id);
  }

  async list(query: PageQuery, reach: Reach = { everywhere: true }): Promise<Page<AppRecord>> {
    const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, 'string');
    const apps = this.#living()
      .filter((app) => app.name > after && reaches(reach, app))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    return pageOf(apps, limitOf(query), ({ name }) => name);
  }

  async markDestroying(id: string): Promise<boolean> {
    if (!this.#apps.has(id) || this.#destroying.has(id)) return false;
    this.#destroying.add(id);
    return true;
  }

  async listDestroying(): Promise<AppRecord[]> {
    return [...this.#apps.values()].filter(({ id }) => this.#destroying.has(id));
  }

  async remove(id: string): Promise<void> {
    this.#apps.delete(id);
    this.#destroying.delete(id);
  }

  #living(): AppRecord[] {
    return [...this.#apps.values()].filter(({ id }) => !this.#destroying.has(id));
  }
}
