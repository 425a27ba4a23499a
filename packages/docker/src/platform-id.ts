import { createHash } from 'node:crypto';

/**
 * The id of a platform on a daemon, by where it keeps its state: the same after a restart, another one for every other
 * platform of a machine.
 */
export const platformIdOf = (root: string): string =>
  createHash('sha256').update(root).digest('hex').slice(0, 12);
