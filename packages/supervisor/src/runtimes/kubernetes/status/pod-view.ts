import { POD_PREPARATION } from '@rig-ops/contract/supervisor-clusters';
import type { ContainerStatus, Pod } from '@rig-ops/kubernetes';
import { APP_CONTAINER } from '../objects/pod-template.ts';

/** How a run of a container has ended. */
export interface RunEnd {
  exitCode: number;
  /** As `OOMKilled`, `Error`, `StartError`, `Completed`. */
  reason: string;
  message: string;
}

/** What a pod waits for, as the cluster says it. */
export interface PodWait {
  reason: string;
  message: string;
  /** Of the container that it is about; absent where it is about none. */
  image?: string;
}

/**
 * One run of the container of a pod: the kubelet starts it again and counts. `begun` is whether this run has a
 * program, `end` how it ended; the run that comes after an ended one has the next number.
 */
export interface PodRun {
  number: number;
  begun: boolean;
  end: RunEnd | null;
  /** Of the run before, where the kubelet still knows it. */
  before: RunEnd | null;
}

/** A pod, as far as what runs in it is concerned. */
export interface PodView {
  name: string;
  namespace: string;
  uid: string;
  node: string | null;
  ip: string | null;
  /** Whether somebody has asked for its end. */
  leaving: boolean;
  /** It ends for good: its phase is `Failed` or `Succeeded`. */
  over: boolean;
  ready: boolean;
  /** Milliseconds since the epoch, by the clock of the API server: to be compared with one another alone. */
  createdAt: number;
  run: PodRun;
  wait: PodWait | null;
  /** Why the cluster has ended it, as `Evicted`; null where it has not. */
  removal: PodWait | null;
}

const endOf = (state: ContainerStatus['state']): RunEnd | null =>
  state?.terminated === undefined
    ? null
    : {
        exitCode: state.terminated.exitCode,
        reason: state.terminated.reason ?? '',
        message: state.terminated.message ?? '',
      };

/** @param container name of the container that counts */
function runOf(status: ContainerStatus | undefined): PodRun {
  if (status === undefined) return { number: 0, begun: false, end: null, before: null };
  const number = status.restartCount;
  const last = endOf(status.lastState);
  if (status.state?.running !== undefined) return { number, begun: true, end: null, before: last };
  const ended = endOf(status.state);
  if (ended !== null) return { number, begun: true, end: ended, before: last };
  // Waiting: before the first run, or behind one that has ended.
  if (last !== null) return { number, begun: true, end: last, before: null };
  return { number, begun: false, end: null, before: null };
}

/** The first of its containers, in the order they start, that cannot go on; and where none does, why it has no node. */
function waitOf({ spec, status }: Pod): PodWait | null {
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  if (unscheduled !== undefined)
    return { reason: unscheduled.reason ?? 'Unschedulable', message: unscheduled.message ?? '' };
  const first = (status?.initContainerStatuses ?? []).find(({ state }) => state?.terminated?.exitCode !== 0);
  const failed = first?.state?.terminated ?? first?.lastState?.terminated;
  if (failed !== undefined) {
    const reason = failed.exitCode === POD_PREPARATION.hopeless ? 'PreparationRefused' : 'PreparationFailed';
    return { reason, message: failed.message ?? `exit code ${failed.exitCode}` };
  }
  const waiting = [first, ...(status?.containerStatuses ?? [])].find(
    (each) => each?.state?.waiting?.reason !== undefined && each.state.waiting.reason !== 'PodInitializing',
  );
  if (waiting !== undefined) {
    const { reason = '', message = '' } = waiting.state?.waiting ?? {};
    return { reason, message, image: waiting.image };
  }
  if (first?.state?.running !== undefined) return { reason: 'Preparing', message: '' };
  return spec?.nodeName === undefined ? { reason: 'Scheduling', message: '' } : null;
}

function removalOf({ status }: Pod): PodWait | null {
  if (status?.reason !== undefined && status.reason !== '')
    return { reason: status.reason, message: status.message ?? '' };
  const disrupted = status?.conditions?.find(
    ({ type, status: is }) => type === 'DisruptionTarget' && is === 'True',
  );
  return disrupted === undefined
    ? null
    : { reason: disrupted.reason ?? 'Disrupted', message: disrupted.message ?? '' };
}

export function viewOf(pod: Pod, container = APP_CONTAINER): PodView {
  const { metadata = {}, spec, status } = pod;
  return {
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    uid: metadata.uid ?? '',
    node: spec?.nodeName ?? null,
    ip: status?.podIP ?? null,
    leaving: metadata.deletionTimestamp !== undefined,
    over: status?.phase === 'Failed' || status?.phase === 'Succeeded',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    createdAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
    run: runOf(status?.containerStatuses?.find(({ name }) => name === container)),
    wait: waitOf(pod),
    removal: removalOf(pod),
  };
}
