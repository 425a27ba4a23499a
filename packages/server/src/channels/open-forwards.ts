import type { ForwardParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { RelayedBytes } from '@rig-ops/wire';

/** A forward that somebody has begun. */
export interface Forward {
  readonly id: string;
  readonly params: ForwardParams;
  /** Aborted when it has ended, and its connections with it. */
  readonly over: AbortSignal;
  /** Since when nothing is open, as `performance.now()`; null while something is. */
  readonly idleSince: number | null;
  readonly counts: { connections: number; sent: number; received: number };
  opened(): void;
  closed(bytes: RelayedBytes): void;
  end(): void;
}

/** The forwards of this rigd. They end with their clients' channels, and are begun anew behind a restart. */
export class OpenForwards {
  readonly #forwards = new Map<string, Forward & { userId: string }>();

  add({ id, userId, params }: { id: string; userId: string; params: ForwardParams }): Forward {
    const over = new AbortController();
    const counts = { connections: 0, sent: 0, received: 0 };
    let open = 0;
    let idleSince: number | null = performance.now();
    const forward = {
      id,
      userId,
      params,
      counts,
      over: over.signal,
      get idleSince() {
        return idleSince;
      },
      opened() {
        counts.connections += 1;
        open += 1;
        idleSince = null;
      },
      closed: ({ upstream, downstream }: RelayedBytes) => {
        counts.sent += upstream;
        counts.received += downstream;
        open -= 1;
        if (open === 0) idleSince = performance.now();
      },
      end: () => {
        this.#forwards.delete(id);
        over.abort();
      },
    };
    this.#forwards.set(id, forward);
    return forward;
  }

  /** @throws RigError `not_found` for one that is over, is another user's or goes to another app */
  require(id: string, userId: string, app: string): Forward {
    const forward = this.#forwards.get(id);
    if (forward === undefined || forward.userId !== userId || forward.params.app !== app) {
      throw new RigError('not_found', `There is no forward ${JSON.stringify(id)}.`, {
        hint: 'It has ended; begin another one.',
      });
    }
    return forward;
  }
}
