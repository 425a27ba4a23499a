import { type ChannelKind, channelKinds } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Identity } from '@rig-ops/contract/resources';
import { type Channel, Connection, type MessageSocket, type OpenRequest } from '@rig-ops/wire';
import { answerError } from '../http/answer-error.ts';
import { checkInput } from '../http/check-input.ts';
import type { RequestSource } from '../http/request-source.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import type { ChannelHandler, ChannelHandlers, ChannelRequest } from './channel-handlers.ts';

export interface ConnectionDeps {
  readonly handlers: ChannelHandlers;
  readonly log: Logger;
  /** Aborted when rigd ends. */
  readonly closing: AbortSignal;
}

/** Serves the channels of one client until it or rigd ends. Does not fail. */
export async function serveConnection(
  socket: MessageSocket,
  caller: { identity: Identity; source: RequestSource },
  { handlers, log, closing }: ConnectionDeps,
): Promise<void> {
  const gone = new AbortController();
  const open = new Set<Promise<void>>();
  const connection = new Connection(socket, {
    role: 'server',
    onOpen(request) {
      const served = serveChannel(request, caller, { handlers, log, closing }, gone.signal);
      open.add(served);
      void served.then(() => open.delete(served));
    },
  });
  const end = async () => {
    // Every channel ends with an error that says "try again" before the connection does.
    await Promise.all(open);
    await connection.close();
  };
  const onClosing = () => void end();
  closing.addEventListener('abort', onClosing, { once: true });
  if (closing.aborted) onClosing();
  await connection.closed;
  closing.removeEventListener('abort', onClosing);
  gone.abort();
  await Promise.all(open);
}

async function serveChannel(
  open: OpenRequest,
  caller: { identity: Identity; source: RequestSource },
  { handlers, log, closing }: ConnectionDeps,
  gone: AbortSignal,
): Promise<void> {
  const requestId = newId('req');
  const over = new AbortController();
  let channel: Channel | undefined;
  const restart = () => {
    const error = new RigError('connection_lost', 'The platform is restarting.', { requestId });
    channel?.close(toErrorDocument(error));
  };
  closing.addEventListener('abort', restart, { once: true });
  try {
    const handle = handlerOf(open, handlers);
    await handle({
      params: open.params as ChannelRequest<ChannelKind>['params'],
      ...caller,
      requestId,
      signal: AbortSignal.any([over.signal, gone, closing]),
      accept(accepted?: unknown) {
        channel = open.accept(accepted);
        void channel.closed.then(() => over.abort());
        if (closing.aborted) restart();
        return channel;
      },
    });
    channel?.close();
  } catch (thrown) {
    // What a handler throws because its channel is over already has nobody left to be told to.
    if (over.signal.aborted || gone.aborted) return;
    const { error } = answerError(thrown, requestId, log);
    if (channel === undefined) open.refuse(error);
    else channel.close(error);
  } finally {
    closing.removeEventListener('abort', restart);
  }
}

/** @throws RigError `invalid_input` for parameters of the wrong form, `not_found` for an unknown kind */
function handlerOf(open: OpenRequest, handlers: ChannelHandlers): ChannelHandler<ChannelKind> {
  if (!Object.hasOwn(channelKinds, open.kind)) {
    throw new RigError('not_found', `This platform knows no channel ${open.kind}.`, {
      hint: 'rig and the platform may differ in version.',
    });
  }
  const kind = open.kind as ChannelKind;
  checkInput(channelKinds[kind].params, open.params, 'params');
  return handlers[kind] as ChannelHandler<ChannelKind>;
}
