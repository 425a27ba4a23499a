import { type ErrorDocument, isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Logger } from '../../logger.ts';
import type { Caller } from '../access/caller.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import { decide } from '../access/decide.ts';
import type { Target } from '../access/target.ts';
import type { SessionPolicy } from './session-policy.ts';

/** Expiry tells nobody when it comes; that a session ends within a minute leaves time to end it. */
const LOOK_EVERY_MS = 20_000;

/** A session that runs, whether anybody is attached or not. */
export interface LiveSession {
  readonly id: string;
  readonly kind: 'shell' | 'command';
  readonly userId: string;
  /** The token it was begun with; null for the one in the folder of the platform. */
  readonly tokenId: string | null;
  /** Null in a network. */
  readonly appId: string | null;
  readonly network: string;
}

export interface SessionReauthorizerDeps {
  readonly live: () => Promise<readonly LiveSession[]>;
  /** Ends a session as `revoked`, with what it started. */
  readonly end: (session: LiveSession, because: ErrorDocument) => Promise<void>;
  /** Somebody with a token as they are now. @throws RigError with status 401 */
  readonly renew: (session: LiveSession) => Promise<Caller>;
  readonly apps: { getById(id: string): Promise<{ id: string; name: string; network: string } | undefined> };
  readonly policy: Pick<SessionPolicy, 'recheck'>;
  readonly changes: AccessChanges;
  readonly log: Logger;
  readonly lookEveryMs?: number;
}

/**
 * Ends sessions whose user may not have them any more: the token was revoked or is over, the user disabled or
 * removed, the role taken, or a policy lets them in no longer. It looks at all that run, also those that nobody
 * is attached to, when something changes and every so often.
 */
export class SessionReauthorizer {
  readonly #deps: SessionReauthorizerDeps;
  readonly #life = new AbortController();
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(deps: SessionReauthorizerDeps) {
    this.#deps = deps;
  }

  /** Begins; {@link SessionReauthorizer.stop} ends it. */
  start(): void {
    const { changes, lookEveryMs = LOOK_EVERY_MS } = this.#deps;
    const timer = setInterval(() => this.look(), lookEveryMs);
    timer.unref();
    const stopListening = changes.listen(() => this.look());
    this.#life.signal.addEventListener('abort', () => {
      clearInterval(timer);
      stopListening();
    });
    // What was changed while nobody looked.
    this.look();
  }

  async stop(): Promise<void> {
    this.#life.abort();
    await this.#looking;
  }

  look(): void {
    this.#again = true;
    this.#looking ??= this.#lookWhileNeeded().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookWhileNeeded(): Promise<void> {
    while (this.#again && !this.#life.signal.aborted) {
      this.#again = false;
      const sessions = await this.#deps.live().catch((error: unknown) => this.#tell(error));
      for (const session of sessions ?? []) {
        await this.#lookAt(session).catch((error: unknown) => this.#tell(error));
      }
    }
  }

  #tell(error: unknown): undefined {
    this.#deps.log.error('Whether a session is still allowed could not be found out', { error });
  }

  async #lookAt(session: LiveSession): Promise<void> {
    try {
      await this.#require(session);
    } catch (error) {
      // What is broken here is no reason to end what somebody works in; it is looked at again.
      if (!isRigError(error) || ![401, 403].includes(error.httpStatus)) throw error;
      await this.#deps.end(session, toErrorDocument(error));
    }
  }

  async #require(session: LiveSession): Promise<void> {
    const { apps, policy, renew } = this.#deps;
    const identity = await renew(session);
    const target = await targetOf(session, apps);
    // One whose app is gone ends with its instance.
    if (target === undefined) return;
    const verb = `remote.${session.kind}` as const;
    if (!decide(identity, verb, target).allowed) throw notPermitted(identity.user, verb);
    await policy.recheck({ identity, kind: session.kind, target });
  }
}

async function targetOf(
  { appId, network }: LiveSession,
  apps: SessionReauthorizerDeps['apps'],
): Promise<Extract<Target, { kind: 'app' | 'network' }> | undefined> {
  if (appId === null) return { kind: 'network', network };
  const app = await apps.getById(appId);
  return app && { kind: 'app', id: app.id, app: app.name, network: app.network };
}

const notPermitted = (user: string, verb: string) =>
  new RigError('not_permitted', `${user} does not have ${verb} there any more.`);
