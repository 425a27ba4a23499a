import { RigError } from '@rig-ops/contract/errors';
import type { RigToml } from '@rig-ops/contract/rig-toml';
import { DEFAULT_SETTINGS, type HealthCheckPlan, type PlanSettings } from '../plan.ts';
import { toArgv } from '../shell-command.ts';

type Health = NonNullable<RigToml['health']>;

const DEFAULT_CHECK: Omit<HealthCheckPlan, 'type' | 'argv' | 'status'> = {
  answerSeconds: 10,
  intervalSeconds: 10,
  healthyAfter: 1,
  unhealthyAfter: 3,
  aliveSeconds: 1,
};

function statusOf({ status }: Health): HealthCheckPlan['status'] {
  if (status === undefined) return null;
  const [from = 0, to = from] = String(status).split('-').map(Number);
  if (from > to) throw invalid(`status = "${status}" is a range that ends before it begins.`);
  return [from, to];
}

const invalid = (what: string): RigError => new RigError('invalid_rig_toml', `rig.toml: [health] ${what}`);

/** @throws RigError `invalid_rig_toml` where the keys contradict one another */
function checkOf(health: Health): HealthCheckPlan {
  const type = health.type ?? (health.command === undefined ? 'http' : 'command');
  if (type === 'command' && health.command === undefined) throw invalid('type = "command" needs a command.');
  if (type !== 'command' && health.command !== undefined) throw invalid(`type = "${type}" runs no command.`);
  if (type !== 'http' && (health.path !== undefined || health.status !== undefined))
    throw invalid(`type = "${type}" has no path and no status.`);
  return {
    type,
    argv: health.command === undefined ? [] : toArgv(health.command),
    status: statusOf(health),
    answerSeconds: health.answer ?? DEFAULT_CHECK.answerSeconds,
    intervalSeconds: health.interval ?? DEFAULT_CHECK.intervalSeconds,
    healthyAfter: health.healthy ?? DEFAULT_CHECK.healthyAfter,
    unhealthyAfter: health.unhealthy ?? DEFAULT_CHECK.unhealthyAfter,
    aliveSeconds: health.alive ?? DEFAULT_CHECK.aliveSeconds,
  };
}

/** `[health]` as a plan. Without the table nothing is asked of a live instance that did not ask for it. */
export function healthOf({ health }: RigToml): Pick<PlanSettings, 'health'> {
  if (health === undefined) return { health: DEFAULT_SETTINGS.health };
  return {
    health: {
      path: health.path ?? null,
      timeoutSeconds: health.timeout ?? DEFAULT_SETTINGS.health.timeoutSeconds,
      check: checkOf(health),
    },
  };
}
