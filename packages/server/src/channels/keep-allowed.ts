import { channelKinds } from '@rig-ops/contract/channels';
import { isRigError, type RigError } from '@rig-ops/contract/errors';
import type { AccessChanges } from '../features/access/access-changes.ts';
import type { Authorizer } from '../features/access/authorizer.ts';
import type { Caller } from '../features/access/caller.ts';
import type { Authenticator } from '../http/authenticator.ts';
import type { Logger } from '../logger.ts';
import { namesOf, type ServedChannel } from './served-channel.ts';

/** Expiry tells nobody when it comes; a change may be made by another process than this one. */
const LOOK_EVERY_MS = 20_000;

export interface KeepAllowedOptions {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly changes: AccessChanges;
  readonly log: Logger;
  readonly served: ReadonlySet<ServedChannel>;
  readonly caller: () => Caller;
  readonly onRenewed: (caller: Caller) => void;
  /** The credentials have ended. */
  readonly onRefused: (error: RigError) => void;
  readonly lookEveryMs?: number;
}

/**
 * Ends what a connection may no longer have: channels whose verb was taken away, or all of it when its
 * credentials have ended. Looks when something changes, and every so often.
 * @returns how to stop
 */
export function keepAllowed(options: KeepAllowedOptions): () => void {
  const { authenticator, authorizer, changes, log, served, caller } = options;
  let looking = false;
  let again = false;
  const life = new AbortController();

  const lookOnce = async () => {
    const renewed = await authenticator.renew(caller());
    options.onRenewed(renewed);
    for (const { kind, params, end, recheck } of served) {
      await authorizer
        .authorize(renewed, channelKinds[kind].access, namesOf(params))
        .then(() => recheck?.(renewed))
        .catch((error: unknown) => {
          if (isRigError(error)) end(error);
          else throw error;
        });
    }
  };
  const look = async () => {
    again = true;
    if (looking) return;
    looking = true;
    while (again && !life.signal.aborted) {
      again = false;
      try {
        await lookOnce();
      } catch (error) {
        if (isRigError(error) && error.httpStatus === 401) options.onRefused(error);
        else log.error('Whether a connection is still allowed could not be found out', { error });
      }
    }
    looking = false;
  };

  const timer = setInterval(() => void look(), options.lookEveryMs ?? LOOK_EVERY_MS);
  timer.unref();
  const stopListening = changes.listen((userId) => {
    if (userId === null || userId === caller().userId) void look();
  });
  return () => {
    life.abort();
    clearInterval(timer);
    stopListening();
  };
}
