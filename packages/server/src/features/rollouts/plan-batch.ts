import type { InstanceRecord } from '../instances/instance-store.ts';
import type { Place } from '../instances/instance-places.ts';

export interface BatchInput {
  /** How many instances of each process the new release is to have. */
  counts: ReadonlyMap<string, number>;
  /** Instances of the old release that are to run. */
  old: readonly InstanceRecord[];
  /** Instances of the new release. */
  fresh: readonly InstanceRecord[];
  surgeOf: (wanted: number) => number;
}

export interface Batch {
  /** Old instances that can go without fewer than wanted being well. */
  drain: InstanceRecord[];
  /** Places of the new release that can be filled without more than the surge beside those that are wanted. */
  fill: Place[];
}

const isWell = ({ health }: InstanceRecord): boolean => health === 'healthy';

/**
 * The next batch of a rolling deploy: it follows from what there is, so that it can be planned again at any
 * time. An empty one means that all are replaced.
 */
export function planBatch({ counts, old, fresh, surgeOf }: BatchInput): Batch {
  const batch: Batch = { drain: [], fill: [] };
  for (const process of new Set([...counts.keys(), ...old.map((each) => each.process)])) {
    const wanted = counts.get(process) ?? 0;
    const before = old.filter((each) => each.process === process);
    const after = fresh.filter((each) => each.process === process);
    const well = after.filter(isWell).length;
    const [ill, stillWell] = [before.filter((each) => !isWell(each)), before.filter(isWell)];
    const spare = Math.max(0, stillWell.length - Math.max(0, wanted - well));
    const drain = [...ill, ...stillWell.slice(stillWell.length - spare)];
    batch.drain.push(...drain);
    const room = wanted + surgeOf(wanted) - (before.length - drain.length) - after.length;
    const taken = new Set(after.map(({ ordinal }) => ordinal));
    const free = Array.from({ length: wanted }, (_, index) => index + 1).filter((each) => !taken.has(each));
    batch.fill.push(...free.slice(0, Math.max(0, room)).map((ordinal) => ({ process, ordinal })));
  }
  return batch;
}
