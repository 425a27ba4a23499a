import type { AppStore } from '../apps/app-store.ts';
import type { Scope } from './decide.ts';

/** A scope as it is told; undefined where its app is being destroyed. */
export async function nameScope(scope: Scope, apps: Pick<AppStore, 'getById'>): Promise<string | undefined> {
  if (scope.kind === 'platform') return 'platform';
  if (scope.kind === 'network') return `network/${scope.network}`;
  const app = await apps.getById(scope.appId);
  return app && `app/${app.name}`;
}
