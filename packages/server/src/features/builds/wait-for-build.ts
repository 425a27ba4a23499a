import type { ChangeSignal } from '../../change-signal.ts';
import type { BuildStore } from './build-store.ts';

/** Resolves when a build has ended, at once when it has already. @throws the reason of `signal` */
export async function waitForBuild(
  id: string,
  { builds, changes }: { builds: Pick<BuildStore, 'get'>; changes: ChangeSignal },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // Listens before it looks, so that nothing falls between.
    const changed = changes.next(id, signal);
    const build = await builds.get(id);
    if (build === null || build.endedAt !== null) {
      changes.tell(id);
      return;
    }
    await changed;
    signal.throwIfAborted();
  }
}
