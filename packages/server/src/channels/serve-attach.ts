import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SessionAttachSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import type { Engine } from '../engines/engine.ts';
import type { SessionStore } from '../features/sessions/session-store.ts';
import { newId } from '../ids.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { acceptedUpstream } from './accepted-upstream.ts';
import { relaySession } from './relay-session.ts';

/** The client is lost again, and waited for as before. */
const lose = (upstream: Channel) =>
  upstream.close(toErrorDocument(new RigError('connection_lost', 'The client went away.')));

export interface AttachDeps {
  readonly sessions: Pick<SessionStore, 'get'>;
  readonly engine: Pick<Engine, 'attachSession'>;
  readonly audit: ChannelAudit;
}

/** Brings a client to a session: for the first time, or again after it was lost. */
export function serveAttach({ sessions, engine, audit }: AttachDeps): ChannelHandler<'attach'> {
  return async (request) => {
    const { params, identity, source } = request;
    const { client, from, mode, reason, session, steal = false, terminal } = params;
    if ((client === undefined) !== (from === undefined)) {
      throw new RigError('invalid_input', 'One that goes on names its `client` and where it is, `from`.');
    }
    const row = await sessions.get(session);
    const target = row?.app == null ? `network/${row?.network ?? ''}` : `app/${row.app}`;
    const details: Record<string, unknown> = {
      session,
      ...(mode === undefined ? {} : { mode }),
      ...(steal ? { steal } : {}),
      ...(client === undefined ? {} : { again: true }),
      ...(reason === undefined ? {} : { reason }),
    };
    const about = { action: 'session.attach', target, details };
    await audit.started(request, about);
    const spec: SessionAttachSpec = {
      session,
      client: { id: client ?? newId('cli'), user: identity.user, address: source.client },
      mode: mode ?? null,
      steal,
      from: from ?? null,
      terminal: terminal ?? null,
    };
    let upstream: Channel;
    let accepted: unknown;
    try {
      upstream = await engine.attachSession(spec);
      accepted = await acceptedUpstream(upstream, request.signal, lose);
    } catch (error) {
      await audit.failed(request, about, error);
      throw error;
    }
    await relaySession(request.accept, accepted, upstream, lose);
  };
}
