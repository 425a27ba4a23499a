import { RigError } from '@rig-ops/contract/errors';
import type { AppRecord, AppStore } from './app-store.ts';

/** @throws RigError `app_not_found` */
export async function requireApp(apps: AppStore, name: string): Promise<AppRecord> {
  const app = await apps.get(name);
  if (app === undefined) throw new RigError('app_not_found', `There is no app named ${name}.`);
  return app;
}
