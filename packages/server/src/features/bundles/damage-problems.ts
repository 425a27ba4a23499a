import type { BlobStore } from '@rig-ops/bundle/store';
import type { Problem } from '@rig-ops/contract/resources';
import type { AppStore } from '../apps/app-store.ts';

/** Packs that were found damaged, as problems of their apps. */
export async function damageProblems(
  blobs: Pick<BlobStore, 'damagedPacks'>,
  apps: Pick<AppStore, 'getById'>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { appId, file } of await blobs.damagedPacks()) {
    const app = await apps.getById(appId);
    if (app === undefined || app === null) continue;
    problems.push({
      code: 'pack_damaged',
      app: app.name,
      message: `Stored content of ${app.name} was damaged on the disk and was set aside: ${file}.`,
      fix: `Check the disk, deploy ${app.name} again, which uploads what was lost, and remove the file.`,
    });
  }
  return problems;
}
