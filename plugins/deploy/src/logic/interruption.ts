import { RigError } from '@rig-ops/contract/errors';
import type { DeployWatch } from './deploy-watch.ts';

/** Says what becomes of a deploy whose command was interrupted. */
export function describeInterruption(
  app: string,
  { asked = false, watch }: { asked?: boolean; watch?: DeployWatch },
): RigError {
  const hint = `\`rig releases list ${app}\` shows how it ends.`;
  if (watch !== undefined) {
    return new RigError(
      'interrupted',
      `Interrupted, but the deploy of ${app} goes on without this command.`,
      {
        hint,
        details: { deploy: watch.deploy.id },
      },
    );
  }
  // The request was on its way: the platform may have taken it.
  if (asked)
    return new RigError('interrupted', `Interrupted; the deploy of ${app} may have begun.`, { hint });
  return new RigError('interrupted', 'Interrupted before the deploy began; what is live has not changed.', {
    hint: 'Run it again to go on: what has arrived is not sent again.',
  });
}
