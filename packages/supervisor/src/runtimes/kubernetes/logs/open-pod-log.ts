import type { OpenPodOutput } from '../instances/pod-log-source.ts';
import { PodLog } from './pod-log.ts';
import type { PodLogPositions } from './pod-log-positions.ts';

/** Reads on where a supervisor before has stopped. */
export const openPodLog =
  (positions: PodLogPositions): OpenPodOutput =>
  (options) =>
    new PodLog({
      ...options,
      position: positions.get(options.id),
      onPosition: (position) => positions.set(options.id, position),
    });
