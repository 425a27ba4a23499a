import type { Source } from '@rig-ops/contract/resources';

/** What is about to be deployed, on disk. */
export interface OpenedSource {
  /** Folder that goes up. */
  root: string;
  /** What it is called in messages where the folder is one of rig's own; null where that is `root`. */
  from: string | null;
  /** Folder of the app inside it, `.` for all of it. */
  folder: string;
  /** Name to call the app by where nothing in the source names it. */
  name: string | null;
  /** Whether everything in it is meant, so that `.gitignore` leaves nothing out. */
  isExact: boolean;
  /** For the owner, a sentence each. */
  notes: string[];
  /**
   * What the release records of it.
   * @param isDeployed whether a path is part of what goes up; a folder ends in `/`
   */
  describe(isDeployed: (path: string) => boolean): Promise<Source>;
  /** Removes what was written for it. */
  close(): void;
}
