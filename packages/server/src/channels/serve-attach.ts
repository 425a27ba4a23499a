import type { AttachParams } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SessionAttachSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import type { Engine } from '../engines/engine.ts';
import type { SessionRow, SessionStore } from '../features/sessions/session-store.ts';
import type { SessionPolicy } from '../features/access-policies/session-policy.ts';
import type { Caller } from '../features/access/caller.ts';
import type { AppStore } from '../features/apps/app-store.ts';
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
  readonly apps: Pick<AppStore, 'getById'>;
  readonly policy: Pick<SessionPolicy, 'join' | 'recheck'>;
  readonly engine: Pick<Engine, 'attachSession'>;
  readonly audit: ChannelAudit;
}

/** Brings a client to a session: for the first time, or again after it was lost. */
export function serveAttach(deps: AttachDeps): ChannelHandler<'attach'> {
  const { sessions, engine, audit } = deps;
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
    const most = await mostOf(deps, row, identity, params).catch(async (error: unknown) => {
      await audit.failed(request, about, error);
      throw error;
    });
    await audit.started(request, about);
    const spec: SessionAttachSpec = {
      session,
      client: { id: client ?? newId('cli'), user: identity.user, address: source.client },
      mode: most === 'read' ? 'read' : (mode ?? null),
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
    request.staysWhile(
      async (caller) => void (await mostOf(deps, row, caller, { mode: spec.mode ?? 'read' })),
    );
    await relaySession(request.accept, accepted, upstream, lose);
  };
}

/**
 * What a client may do at most, by the policies that hold there now.
 * @throws RigError `policy_…`
 */
async function mostOf(
  { apps, policy }: AttachDeps,
  row: SessionRow | undefined,
  identity: Caller,
  { mode, steal }: Pick<AttachParams, 'mode' | 'steal'>,
): Promise<'read' | 'write'> {
  if (row === undefined) return 'write';
  const app = row.appId === null ? null : await apps.getById(row.appId);
  // One whose app is gone ends with its instance.
  if (app === undefined) return 'write';
  const target =
    app === null
      ? ({ kind: 'network', network: row.network } as const)
      : ({ kind: 'app', id: app.id, app: app.name, network: app.network } as const);
  const session = { identity, kind: row.kind, target };
  if (row.userId === identity.userId) {
    await policy.recheck(session);
    return 'write';
  }
  const most = await policy.join(session);
  if (most === 'write' || (mode !== 'write' && steal !== true)) return most;
  throw new RigError(
    'policy_user_refused',
    `A session here is approved for who asked: ${row.user} alone writes in ${row.id}.`,
    { hint: `Watch it: \`rig sessions attach ${row.id}\`.` },
  );
}
