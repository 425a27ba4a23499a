import { outcomeOfCode } from '../../outcome-of-code.ts';
import type { SlotEnd } from '../slots/slot.ts';
import type { PodWait } from '../status/pod-view.ts';
import { explainStart } from './explain-wait.ts';

/** How an instance has ended, as it is reported. */
export interface PodEnd {
  exitCode: number | null;
  signal: string | null;
  startError: string | null;
  outOfMemory: boolean;
  /** More than the code tells, for the log of the app; null for nothing. */
  note: string | null;
}

export const unknownEnd: PodEnd = {
  exitCode: null,
  signal: null,
  startError: null,
  outOfMemory: false,
  note: null,
};

/** Reasons of a run of which the program was never there. */
const NOT_STARTED = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError']);

/** Why the cluster has ended a pod, in the words of rig. */
function explainRemoval({ reason, message }: PodWait): string {
  const said = message === '' ? '' : `: ${message.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '')}`;
  switch (reason) {
    case 'Evicted':
    case 'TerminationByKubelet':
      return `its node had too little of what it needs, and put it out${said}`;
    case 'Preempting':
    case 'PreemptionByScheduler':
    case 'PreemptionByKubeScheduler':
      return `it had to give way to what is more important on the cluster${said}`;
    case 'NodeLost':
      return `its node does not answer any more${said}`;
    case 'NodeShutdown':
    case 'Terminated':
    case 'Shutdown':
      return `its node was shut down${said}`;
    case 'EvictionByEvictionAPI':
      return `its node is being emptied${said}`;
    case 'DeletionByTaintManager':
      return `its node does not answer, or was closed to it${said}`;
    case 'UnexpectedAdmissionError':
    case 'OutOfcpu':
    case 'OutOfmemory':
    case 'OutOfpods':
      return `its node did not take it${said}`;
    default:
      return `the cluster has ended its pod (${reason})${said}`;
  }
}

/** @param program first of the argument vector */
export function explainEnd({ end, removal }: SlotEnd, program: string): PodEnd {
  const note = removal === null ? null : explainRemoval(removal);
  if (end === null) return { ...unknownEnd, note };
  const { exitCode, message, reason } = end;
  if (NOT_STARTED.has(reason)) return { ...unknownEnd, startError: explainStart(message, program) };
  if (reason === 'ContainerStatusUnknown') return { ...unknownEnd, note };
  return { ...outcomeOfCode(exitCode), startError: null, outOfMemory: reason === 'OOMKilled', note };
}
