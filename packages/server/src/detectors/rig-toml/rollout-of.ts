import { RigError } from '@rig-ops/contract/errors';
import type { RigToml } from '@rig-ops/contract/rig-toml';
import { parseCanaryStep, parseDuration } from '@rig-ops/contract/rollout-text';
import { DEFAULT_ROLLOUT, type RolloutSettings } from '../../features/rollouts/rollout-settings.ts';
import { type PlanSettings, RELEASE_SECONDS } from '../plan.ts';
import { toArgv } from '../shell-command.ts';

type DeployTable = NonNullable<RigToml['deploy']>;

const invalid = (what: string): RigError => new RigError('invalid_rig_toml', `rig.toml: [deploy] ${what}`);

function secondsOf(key: string, value: number | string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const seconds = typeof value === 'number' ? value : parseDuration(value);
  if (seconds === null) throw invalid(`${key} = "${value}" is not a duration as "90s" or "5m", up to a day.`);
  return seconds;
}

function stepsOf({ steps }: DeployTable): RolloutSettings['steps'] {
  return (steps ?? []).map((text) => {
    const step = parseCanaryStep(text);
    if (step === null) throw invalid(`steps: "${text}" is not of the form "10%:2m".`);
    return step;
  });
}

function surgeOf({ surge }: DeployTable): RolloutSettings['surge'] {
  if (surge === undefined) return DEFAULT_ROLLOUT.surge;
  return typeof surge === 'number' ? { count: surge } : { percent: Number.parseInt(surge, 10) };
}

function settingsOf(table: DeployTable): RolloutSettings {
  const steps = stepsOf(table);
  if (steps.length > 0 && table.strategy !== undefined && table.strategy !== 'canary')
    throw invalid(`steps are those of a canary, and strategy is "${table.strategy}".`);
  const { limits } = DEFAULT_ROLLOUT;
  return {
    strategy: table.strategy ?? (steps.length > 0 ? 'canary' : DEFAULT_ROLLOUT.strategy),
    steps: steps.length > 0 ? steps : DEFAULT_ROLLOUT.steps,
    surge: surgeOf(table),
    watchSeconds: secondsOf('watch', table.watch, DEFAULT_ROLLOUT.watchSeconds),
    keepSeconds: secondsOf('keep', table.keep, DEFAULT_ROLLOUT.keepSeconds),
    limits: {
      errorPoints: table.errors ?? limits.errorPoints,
      latencyPercent: table.latency ?? limits.latencyPercent,
      requests: table.requests ?? limits.requests,
    },
  };
}

/**
 * `[deploy]` and `[release]` as a plan.
 * @throws RigError `invalid_rig_toml`
 */
export function rolloutOf({ deploy, release }: RigToml): Pick<PlanSettings, 'rollout' | 'releasePhase'> {
  return {
    ...(deploy === undefined ? {} : { rollout: settingsOf(deploy) }),
    ...(release === undefined
      ? {}
      : {
          releasePhase: { argv: toArgv(release.command), timeoutSeconds: release.timeout ?? RELEASE_SECONDS },
        }),
  };
}
