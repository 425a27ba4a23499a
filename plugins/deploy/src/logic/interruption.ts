import { RigError } from '@rig-ops/contract/errors';
import type { CancelOutcome } from './cancel-deploy.ts';

export interface Interrupted {
  /** Whether the deploy was asked for. */
  asked: boolean;
  /** Its id; undefined before the platform has answered. */
  deploy: string | undefined;
  /** What became of the request to end it; undefined when there was none. */
  outcome: CancelOutcome | undefined;
}

/** Says what becomes of a deploy whose command was interrupted. */
export function describeInterruption(app: string, { asked, deploy, outcome }: Interrupted): RigError {
  const hint = `\`rig releases list ${app}\` shows how it ends.`;
  const details = deploy === undefined ? {} : { details: { deploy } };
  if (outcome === 'cancelled')
    return new RigError(
      'interrupted',
      `Interrupted; the deploy of ${app} was cancelled, and what is live has not changed.`,
      { hint: 'Run `rig deploy` to deploy again.', ...details },
    );
  if (outcome === 'too late')
    return new RigError(
      'interrupted',
      `Interrupted too late to cancel the deploy of ${app}: it goes on without this command.`,
      { hint: `${hint} \`rig rollback ${app}\` returns to the release before.`, ...details },
    );
  if (outcome === 'unknown')
    return new RigError(
      'interrupted',
      `Interrupted; the platform was asked to cancel the deploy of ${app} and has not said yet that it did.`,
      { hint, ...details },
    );
  if (deploy !== undefined)
    return new RigError(
      'interrupted',
      `Interrupted, but the deploy of ${app} goes on without this command.`,
      { hint, ...details },
    );
  // The request was on its way: the platform may have taken it.
  if (asked)
    return new RigError('interrupted', `Interrupted; the deploy of ${app} may have begun.`, { hint });
  return new RigError('interrupted', 'Interrupted before the deploy began; what is live has not changed.', {
    hint: 'Run it again to go on: what has arrived is not sent again.',
  });
}
