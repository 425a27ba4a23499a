import type { PluginPolicy } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { Database } from '../../store/database.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';

/** The platform keeps and hands out what command lines obey; it runs no plugins itself. */
export function routesOfPluginPolicy(
  db: Kysely<Database>,
): Pick<RouteHandlers, 'getPluginPolicy' | 'setPluginPolicy'> {
  return {
    async getPluginPolicy() {
      const text = await readSetting(db, 'plugin_policy');
      return text === undefined ? {} : (JSON.parse(text) as PluginPolicy);
    },
    async setPluginPolicy({ body }) {
      await writeSetting(db, 'plugin_policy', JSON.stringify(body));
      return body;
    },
  };
}
