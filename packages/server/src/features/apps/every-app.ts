import type { Reach } from '../access/decide.ts';
import type { AppRecord, AppStore } from './app-store.ts';

/** Every app by name; with a reach, those within it. */
export async function everyApp(apps: Pick<AppStore, 'list'>, reach?: Reach): Promise<AppRecord[]> {
  const found: AppRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await apps.list(cursor === undefined ? {} : { cursor }, reach);
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
