import type { EdgeApp, EdgeUpstream } from '@rig-ops/contract/edge';

/**
 * Whose turn it is where releases share the traffic of an app. Each turn adds to every release its percent and
 * takes the sum from the one that is ahead, so that also few requests are spread as they should be.
 */
export class ShareTurns {
  readonly #credit = new Map<string, Map<number, number>>();

  /** The release for the next request, of those that have an upstream left; undefined when none with a share has. */
  next(app: EdgeApp, upstreams: readonly EdgeUpstream[]): number | undefined {
    const present = new Set(upstreams.map(({ release }) => release ?? app.release));
    const shares = (app.shares ?? []).filter(({ release, percent }) => percent > 0 && present.has(release));
    const before = this.#credit.get(app.id);
    const credit = new Map<number, number>();
    let best: number | undefined;
    let sum = 0;
    for (const { release, percent } of shares) {
      const has = (before?.get(release) ?? 0) + percent;
      credit.set(release, has);
      sum += percent;
      if (best === undefined || has > (credit.get(best) ?? 0)) best = release;
    }
    if (best !== undefined) credit.set(best, (credit.get(best) ?? 0) - sum);
    this.#credit.set(app.id, credit);
    return best;
  }

  /** Forgets all other apps. */
  retain(apps: ReadonlySet<string>): void {
    for (const id of this.#credit.keys()) if (!apps.has(id)) this.#credit.delete(id);
  }
}
