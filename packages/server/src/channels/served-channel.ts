import type { ChannelKind } from '@rig-ops/contract/channels';
import type { RigError } from '@rig-ops/contract/errors';
import type { Caller } from '../features/access/caller.ts';
import type { Names } from '../features/access/resolve-target.ts';

/** A channel that is open or being opened. */
export interface ServedChannel {
  readonly kind: ChannelKind;
  readonly params: unknown;
  /** Ends it, or refuses it when it is not open yet. */
  readonly end: (error: RigError) => void;
  /** What else it has to stay allowed by, beside its verb. @throws RigError when it is not any more */
  recheck?: (caller: Caller) => Promise<void>;
}

/** What the parameters of a channel name. */
export const namesOf = (params: unknown): Names =>
  typeof params === 'object' && params !== null ? (params as Names) : {};
