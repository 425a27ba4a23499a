import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleEntry } from '@rig-ops/contract/bundle-manifest';
import { TreeDraft } from './tree-draft.ts';

/** What nothing came for in so long was an upload that will not go on. */
const IDLE_MS = 10 * 60 * 1000;

interface Kept {
  draft: TreeDraft;
  timer: NodeJS.Timeout;
}

/** The drafts there are, one an app at most. None outlives the process: what a killed one has left is removed first. */
export class TreeDrafts {
  readonly #dir: string;
  readonly #kept = new Map<string, Kept>();
  #cleaned: Promise<void> | undefined;
  #number = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Removes what an earlier process has left; once. */
  async clean(): Promise<void> {
    this.#cleaned ??= rm(this.#dir, { recursive: true, force: true });
    await this.#cleaned;
  }

  get(appId: string): TreeDraft | undefined {
    return this.#kept.get(appId)?.draft;
  }

  /** Goes on with the draft of an app, or begins one. That there is no room for one is no reason to fail. */
  async expect(appId: string, entries: readonly BundleEntry[], missing: ReadonlySet<string>): Promise<void> {
    if (missing.size === 0) return;
    try {
      await this.clean();
      const draft = this.get(appId) ?? new TreeDraft(join(this.#dir, `${appId}.${(this.#number += 1)}`));
      clearTimeout(this.#kept.get(appId)?.timer);
      const timer = setTimeout(() => void this.drop(appId), IDLE_MS).unref();
      this.#kept.set(appId, { draft, timer });
      draft.expect(entries, missing);
      if (draft.isBroken) await this.drop(appId);
    } catch {
      await this.drop(appId);
    }
  }

  /** Hands out the draft of an app, which is then the caller's to remove. */
  take(appId: string): TreeDraft | undefined {
    const kept = this.#kept.get(appId);
    clearTimeout(kept?.timer);
    this.#kept.delete(appId);
    return kept?.draft;
  }

  async drop(appId: string): Promise<void> {
    // What cannot be removed now goes when the next process begins.
    await this.take(appId)
      ?.remove()
      .catch(() => undefined);
  }
}
