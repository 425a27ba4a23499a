/**
 * Copies between rigd and rig-supervisor: a channel of kind `copy`, whose streams, CONTROL and EXIT are those of
 * `channels/copy.ts`. It is done by a program in the instance's place, as its user; the supervisor touches no file.
 */

/** OPEN parameters of `copy`. */
export interface CopySpec {
  /** Id of the copy. */
  session: string;
  instance: string;
  direction: 'in' | 'out';
  /** Relative to the folder of the instance. */
  path: string;
  recursive: boolean;
  raw: boolean;
  noClobber: boolean;
}
