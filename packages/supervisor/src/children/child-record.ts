import type { ProcessIdentity } from '../proc/process-identity.ts';

/** What is kept on disk about rigd or the edge. */
export interface ChildRecord extends ProcessIdentity {
  /** Version that was started; a new supervisor of another one does not keep it. */
  version: string;
  argv: string[];
}
