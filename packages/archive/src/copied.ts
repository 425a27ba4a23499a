/** What was copied, and what was not. */
export interface Copied {
  /** Files, folders and links. */
  files: number;
  /** Bytes of content. */
  bytes: number;
  /** What was left out, at most {@link MOST_TOLD}. */
  left: LeftOut[];
  leftCount: number;
  /** How many of those could not be read. */
  unreadable: number;
}

export interface LeftOut {
  path: string;
  why: string;
}

/** A listing of more helps nobody, and messages have limits. */
const MOST_TOLD = 100;

export class CopyCount implements Copied {
  files = 0;
  bytes = 0;
  left: LeftOut[] = [];
  leftCount = 0;
  unreadable = 0;

  leave(path: string, why: string, unreadable = false): void {
    this.leftCount += 1;
    if (unreadable) this.unreadable += 1;
    if (this.left.length < MOST_TOLD) this.left.push({ path: path.slice(0, 1_000), why });
  }

  get told(): Copied {
    const { files, bytes, left, leftCount, unreadable } = this;
    return { files, bytes, left, leftCount, unreadable };
  }
}
