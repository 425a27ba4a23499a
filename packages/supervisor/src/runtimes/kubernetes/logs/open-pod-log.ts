import type { OpenPodOutput } from '../instances/pod-log-source.ts';
import { PodLog } from './pod-log.ts';
import type { LogPositions } from '../../log-positions.ts';
import { type PodLogPosition, startOfPodLog } from './pod-log-position.ts';

/** Reads on where a supervisor before has stopped. */
export const openPodLog =
  (positions: LogPositions<PodLogPosition>): OpenPodOutput =>
  (options) =>
    new PodLog({
      ...options,
      position: positions.get(options.id) ?? startOfPodLog(),
      onPosition: (position) => positions.set(options.id, position),
    });
