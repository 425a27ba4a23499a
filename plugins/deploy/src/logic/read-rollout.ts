import { RigError } from '@rig-ops/contract/errors';
import type { RolloutOrder } from '@rig-ops/contract/resources';
import { parseCanaryStep, parseDuration } from '@rig-ops/contract/rollout-text';

/** Flags of a rollout as they were typed. */
export interface RolloutFlags {
  strategy?: string | undefined;
  steps?: string | undefined;
  watch?: string | undefined;
  keep?: string | undefined;
}

const MOST_STEPS = 20;

function secondsOf(flag: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== null) return seconds;
  throw new RigError('invalid_input', `--${flag} ${text} is no length of time, or longer than a day.`, {
    hint: 'Write it as 90s, 5m or 1h.',
  });
}

function stepsOf(text: string): NonNullable<RolloutOrder['steps']> {
  const steps = text.split(',').map((part) => {
    const step = parseCanaryStep(part);
    if (step !== null) return step;
    throw new RigError('invalid_input', `--steps: "${part}" is no step of a canary.`, {
      hint: 'Write them as 10%:2m,50%:5m.',
    });
  });
  if (steps.length <= MOST_STEPS) return steps;
  throw new RigError('invalid_input', `--steps: there are ${steps.length} steps; ${MOST_STEPS} are allowed.`);
}

/**
 * What the flags ask for; undefined when they ask for nothing.
 * @throws RigError `invalid_input`
 */
export function readRollout({ keep, steps, strategy, watch }: RolloutFlags): RolloutOrder | undefined {
  if (steps !== undefined && strategy !== undefined && strategy !== 'canary')
    throw new RigError('invalid_input', `--steps are those of a canary, and --strategy is ${strategy}.`);
  if (keep !== undefined && strategy !== undefined && strategy !== 'blue-green')
    throw new RigError('invalid_input', `--keep is for blue-green, and --strategy is ${strategy}.`);
  const order: RolloutOrder = {
    // Checked by the flag.
    ...(strategy === undefined ? {} : { strategy: strategy as NonNullable<RolloutOrder['strategy']> }),
    ...(steps === undefined ? {} : { steps: stepsOf(steps) }),
    ...(watch === undefined ? {} : { watchSeconds: secondsOf('watch', watch) }),
    ...(keep === undefined ? {} : { keepSeconds: secondsOf('keep', keep) }),
  };
  return Object.keys(order).length === 0 ? undefined : order;
}
