import type { Deploy, DeployEvent } from '@rig-ops/contract/resources';

export interface StepProgress {
  readonly name: string;
  readonly status: 'started' | 'succeeded' | 'failed';
  readonly startedAt: string;
  readonly durationMs: number | null;
  /** What was said during it: steps of the build, notes. */
  readonly notes: readonly string[];
}

export interface DeployProgress {
  readonly deploy: Deploy | null;
  readonly steps: readonly StepProgress[];
  readonly done: boolean;
  /** How many events it was made of: where to go on. */
  readonly events: number;
}

export const NO_PROGRESS: DeployProgress = { deploy: null, steps: [], done: false, events: 0 };

/** What is known of a deploy, and one event more. */
export function withEvent(progress: DeployProgress, event: DeployEvent): DeployProgress {
  return {
    deploy: event.deploy,
    steps: stepsWith(progress.steps, event),
    done: progress.done || event.type === 'done',
    events: progress.events + 1,
  };
}

function stepsWith(steps: readonly StepProgress[], event: DeployEvent): readonly StepProgress[] {
  if (event.type === 'step') {
    if (event.step === undefined || event.status === undefined) return steps;
    const { step: name, status, durationMs = null, at } = event;
    const known = steps.findLastIndex((step) => step.name === name && step.status === 'started');
    const before = known === -1 ? undefined : steps[known];
    if (before === undefined) return [...steps, { name, status, startedAt: at, durationMs, notes: [] }];
    return steps.with(known, { ...before, status, durationMs });
  }
  const note = noteOf(event);
  const last = steps.at(-1);
  if (note === null || last === undefined) return steps;
  return steps.with(steps.length - 1, { ...last, notes: [...last.notes, note] });
}

function noteOf({ type, name, status, durationMs, message, position }: DeployEvent): string | null {
  if (type === 'note') return message ?? null;
  if (type === 'build-queued')
    return `waits for its turn${position === undefined ? '' : `, number ${position}`}`;
  if (type !== 'build-step' || name === undefined) return null;
  // A step that has begun is told again when it has ended.
  if (status === 'started') return null;
  return `${name}${status === 'failed' ? ' failed' : ''}${durationMs === undefined ? '' : ` (${(durationMs / 1000).toFixed(1)} s)`}`;
}
