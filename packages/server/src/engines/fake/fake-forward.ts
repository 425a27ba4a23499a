import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { ForwardPlace, ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type { OpenRequest } from '@rig-ops/wire';
import { tunnel } from '@rig-ops/wire/tcp';

/** Answers a `forward` channel: the ports of the fake engine are those that its `serve` programs listen on. */
export async function serveFakeForward(
  request: OpenRequest,
  servers: ReadonlyMap<string, Server>,
): Promise<void> {
  const { targets, check } = request.params as ForwardSpec;
  const target = targets.find(({ instance, port }) => portOf(servers.get(instance)) === port);
  if (target === undefined) {
    const message = `No process listens on port ${targets[0]?.port ?? 0}.`;
    request.refuse(toErrorDocument(new RigError('port_not_open', message)));
    return;
  }
  const accepted: ForwardPlace = { instance: target.instance, port: target.port };
  const channel = request.accept(accepted);
  if (check) {
    channel.close();
    return;
  }
  const socket = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true });
  await tunnel(socket, channel, { out: ChannelStream.stdout, in: ChannelStream.stdin });
}

const portOf = (server: Server | undefined): number | undefined =>
  (server?.address() as AddressInfo | null | undefined)?.port;
