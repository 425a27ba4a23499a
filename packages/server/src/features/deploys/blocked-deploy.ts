import { RigError } from '@rig-ops/contract/errors';
import type { DeployHolder } from '@rig-ops/contract/resources';
import type { DeployLockRecord } from './deploy-lock-store.ts';
import type { DeployRecord } from './deploy-store.ts';

/** A deploy under way, as those that wait for it are told. */
export function holderOfDeploy(deploy: DeployRecord): DeployHolder {
  const { createdAt, createdBy, id, message, step } = deploy;
  return {
    kind: 'deploy',
    owner: createdBy,
    since: createdAt,
    reason: message,
    deploy: id,
    step,
    until: null,
  };
}

/** A lock, as those that wait for it are told. */
export function holderOfLock({ owner, reason, since, until }: DeployLockRecord): DeployHolder {
  return { kind: 'lock', owner, since, reason, deploy: null, step: null, until };
}

/** As `14:02:11 UTC`, with its day unless that is today's. */
function momentOf(time: string, at: string): string {
  const clock = `${time.slice(11, 19)} UTC`;
  return time.slice(0, 10) === at.slice(0, 10) ? clock : `${time.slice(0, 10)} ${clock}`;
}

const quoted = (reason: string | null): string => (reason === null ? '' : `: ${JSON.stringify(reason)}`);

/**
 * The refusal of a deploy because another one is under way; `running` null: it has just ended.
 * @param identical whether that one does the same for the same user, who can follow it instead
 */
export function deployInProgress(
  app: string,
  running: DeployRecord | null,
  at: string,
  identical = false,
): RigError {
  if (running === null) return new RigError('deploy_in_progress', `${app} is being deployed already.`);
  const { createdAt, createdBy, id, kind, message, step } = running;
  const what = kind === 'rollback' ? 'rolled back' : 'deployed';
  const where = step === null ? '' : `, now in ${step}`;
  return new RigError(
    'deploy_in_progress',
    `${app} is being ${what} by ${createdBy} since ${momentOf(createdAt, at)} (${id}${where})${quoted(message)}.`,
    {
      hint: `Wait for your turn with --wait, or follow it: \`rig deploy --attach ${id}\`.`,
      details: { holder: holderOfDeploy(running), ...(identical ? { identical } : {}) },
    },
  );
}

/** The refusal of a deploy because somebody else has locked the app. */
export function appLocked(app: string, lock: DeployLockRecord, at: string): RigError {
  const { owner, reason, since, until } = lock;
  const end = until === null ? '' : ` until ${momentOf(until, at)}`;
  return new RigError(
    'app_locked',
    `${app} is locked by ${owner} since ${momentOf(since, at)}${end}${quoted(reason)}.`,
    {
      hint: `Ask ${owner}, wait with --wait, or end the lock: \`rig apps unlock ${app} --force\`.`,
      details: { holder: holderOfLock(lock) },
    },
  );
}
