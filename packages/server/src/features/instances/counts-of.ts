import type { ReleaseRecord } from '../releases/release-store.ts';

/** How many instances of each process a release is to have. */
export const countsOf = ({ runtime }: Pick<ReleaseRecord, 'runtime'>): ReadonlyMap<string, number> =>
  new Map(runtime.processes.map((process) => [process.name, process.instances]));
