import type { Config, ConfigChange, ConfigChanged } from '@rig-ops/contract/resources';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { DeployRecord } from '../deploys/deploy-store.ts';
import { toDeploy } from '../deploys/to-deploy.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { ConfigBook, DraftedChange } from './config-book.ts';
import type { ConfigChanges } from './config-changes.ts';

export interface ConfigServiceOptions {
  apps: AppStore;
  book: ConfigBook;
  changes: ConfigChanges;
  releases: Pick<ReleaseStore, 'live'>;
  /** Orders a release of what is live with other variables. */
  reconfigure: (
    app: AppRecord,
    live: ReleaseRecord,
    configId: string | null,
    user: string,
  ) => Promise<DeployRecord>;
}

/** Shows the configuration of apps and changes it. */
export class ConfigService {
  readonly #options: ConfigServiceOptions;

  constructor(options: ConfigServiceOptions) {
    this.#options = options;
  }

  /** @throws RigError `app_not_found`, `config_sealed` */
  async get(appName: string): Promise<Config> {
    const { apps, book, releases } = this.#options;
    const app = await requireApp(apps, appName);
    const configId = await book.head(app.id);
    const [variables, live] = await Promise.all([book.variablesOf(configId), releases.live(app.id)]);
    return {
      app: app.name,
      configId,
      variables: variables.map(({ key, value, secret, build, updatedAt, updatedBy }) => ({
        key,
        value: secret ? null : value,
        secret,
        build,
        updatedAt,
        updatedBy,
      })),
      live: live === null ? null : live.configId === configId,
    };
  }

  /**
   * Changes the configuration, and orders the release that brings it live unless `deploy` is false or there
   * is nothing to bring live.
   * @throws RigError `app_not_found`, `deploy_in_progress`, `config_conflict`, `invalid_config` and its kin
   */
  async change(
    appName: string,
    change: ConfigChange,
    { deploy, user }: { deploy: boolean; user: string },
  ): Promise<ConfigChanged> {
    const { apps, changes, reconfigure } = this.#options;
    const app = await requireApp(apps, appName);
    if (!deploy) return this.#told(app, await changes.store(app, change, user), null);
    return changes.withChange(app, change, user, async (configId, live, draft) => {
      const { book } = this.#options;
      const isLive = live !== null && configId === null && live.configId === (await book.head(app.id));
      const made = live === null || isLive ? null : await reconfigure(app, live, configId, user);
      return this.#told(app, draft, made);
    });
  }

  async #told(
    app: AppRecord,
    draft: DraftedChange | null,
    deploy: DeployRecord | null,
  ): Promise<ConfigChanged> {
    return {
      app: app.name,
      configId: draft?.set?.id ?? (await this.#options.book.head(app.id)),
      added: draft?.added ?? [],
      changed: draft?.changed ?? [],
      removed: draft?.removed ?? [],
      deploy: deploy === null ? null : toDeploy(deploy),
    };
  }
}
