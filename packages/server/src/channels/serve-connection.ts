import { type ChannelKind, channelKinds } from '@rig-ops/contract/channels';
import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Channel, Connection, type MessageSocket, type OpenRequest } from '@rig-ops/wire';
import type { AccessChanges } from '../features/access/access-changes.ts';
import type { Authorizer } from '../features/access/authorizer.ts';
import type { Caller } from '../features/access/caller.ts';
import { answerError } from '../http/answer-error.ts';
import type { Authenticator } from '../http/authenticator.ts';
import { checkInput } from '../http/check-input.ts';
import { type RequestSource, toInvocationId } from '../http/request-source.ts';
import { newId } from '../ids.ts';
import type { Clock } from '../clock.ts';
import type { TicketBook, TicketGrant } from '../features/tickets/ticket-book.ts';
import { TicketPass } from '../features/tickets/ticket-pass.ts';
import type { Logger } from '../logger.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler, ChannelHandlers, ChannelRequest } from './channel-handlers.ts';
import { keepAllowed } from './keep-allowed.ts';
import { namesOf, type ServedChannel } from './served-channel.ts';

export interface ConnectionDeps {
  readonly handlers: ChannelHandlers;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly changes: AccessChanges;
  readonly audit: ChannelAudit;
  readonly tickets: TicketBook;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when rigd ends. */
  readonly closing: AbortSignal;
}

interface Client {
  /** As they were when last looked at. */
  caller: Caller;
  readonly source: RequestSource;
  /** What the connection is for, when it came with a ticket instead of a token. */
  readonly pass: TicketPass | undefined;
}

/** Serves the channels of one client until it or rigd ends, or its credentials do. Does not fail. */
export async function serveConnection(
  socket: MessageSocket,
  client: { identity: Caller; source: RequestSource; grant?: TicketGrant },
  deps: ConnectionDeps,
): Promise<void> {
  const { closing } = deps;
  const { grant } = client;
  const pass = grant && new TicketPass(grant, { ...deps, client: client.source.client });
  const state: Client = { caller: client.identity, source: client.source, pass };
  const gone = new AbortController();
  const open = new Set<Promise<void>>();
  const served = new Set<ServedChannel>();
  const connection = new Connection(socket, {
    role: 'server',
    onOpen(request) {
      const channel = serveChannel(request, state, served, deps, gone.signal);
      open.add(channel);
      const onOver = async () => {
        await channel;
        open.delete(channel);
        // It was for one channel.
        if (pass !== undefined) await end();
      };
      void onOver();
    },
  });
  const end = async () => {
    // Every channel ends with an error that says why before the connection does.
    await Promise.all(open);
    await connection.close();
  };
  const onClosing = () => void end();
  closing.addEventListener('abort', onClosing, { once: true });
  if (closing.aborted) onClosing();
  const stopWatching = keepAllowed({
    ...deps,
    served,
    caller: () => state.caller,
    onRenewed: (caller) => {
      state.caller = caller;
    },
    onRefused(error) {
      for (const channel of served) channel.end(error);
      void end();
    },
  });
  const stopWaiting = pass?.onUnused(() => void end());
  await connection.closed;
  stopWaiting?.();
  stopWatching();
  closing.removeEventListener('abort', onClosing);
  gone.abort();
  await Promise.all(open);
}

async function serveChannel(
  open: OpenRequest,
  client: Client,
  served: Set<ServedChannel>,
  { handlers, authenticator, authorizer, audit, log, closing }: ConnectionDeps,
  gone: AbortSignal,
): Promise<void> {
  const requestId = newId('req');
  // Several runs of the command line may share a connection.
  const source = {
    ...client.source,
    invocationId: toInvocationId(open.invocation) ?? client.source.invocationId,
  };
  const over = new AbortController();
  let channel: Channel | undefined;
  let ended: ErrorDocument | undefined;
  const end = (error: RigError) => {
    ended ??= { ...toErrorDocument(error), requestId };
    channel?.close(ended);
    if (channel === undefined) over.abort();
  };
  const restart = () => end(new RigError('connection_lost', 'The platform is restarting.'));
  closing.addEventListener('abort', restart, { once: true });
  let entry: ServedChannel | undefined;
  try {
    const { kind, handle } = handlerOf(open, handlers);
    entry = { kind, params: open.params, end };
    served.add(entry);
    try {
      client.caller = await authenticator.renew(client.caller);
      const names = namesOf(open.params);
      client.pass?.take(kind, names);
      const target = await authorizer.authorize(client.caller, channelKinds[kind].access, names);
      client.pass?.requireTarget(target);
    } catch (error) {
      await audit.refused({ identity: client.caller, source, requestId }, kind, open.params, error);
      throw error;
    }
    await handle({
      params: open.params as ChannelRequest<ChannelKind>['params'],
      identity: client.caller,
      source,
      requestId,
      signal: AbortSignal.any([over.signal, gone, closing]),
      staysWhile(recheck) {
        if (entry !== undefined) entry.recheck = recheck;
      },
      accept(accepted?: unknown) {
        if (ended !== undefined) throw RigError.fromDocument(ended);
        channel = open.accept(accepted);
        void channel.closed.then(() => over.abort());
        return channel;
      },
    });
    channel?.close();
  } catch (thrown) {
    // What a handler throws because its channel is over already has nobody left to be told to.
    if (gone.aborted || (channel !== undefined && over.signal.aborted)) return;
    const error = ended ?? answerError(thrown, requestId, log).error;
    if (channel === undefined) open.refuse(error);
    else channel.close(error);
  } finally {
    if (entry !== undefined) served.delete(entry);
    closing.removeEventListener('abort', restart);
  }
}

/** @throws RigError `invalid_input` for parameters of the wrong form, `not_found` for an unknown kind */
function handlerOf(
  open: OpenRequest,
  handlers: ChannelHandlers,
): { kind: ChannelKind; handle: ChannelHandler<ChannelKind> } {
  if (!Object.hasOwn(channelKinds, open.kind)) {
    throw new RigError('not_found', `This platform knows no channel ${open.kind}.`, {
      hint: 'rig and the platform may differ in version.',
    });
  }
  const kind = open.kind as ChannelKind;
  checkInput(channelKinds[kind].params, open.params, 'params');
  return { kind, handle: handlers[kind] as ChannelHandler<ChannelKind> };
}
