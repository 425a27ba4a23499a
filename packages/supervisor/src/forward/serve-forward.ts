import { connect, type Socket } from 'node:net';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { ForwardPlace, ForwardSpec, ForwardTargetSpec } from '@rig-ops/contract/supervisor-forward';
import type { OpenRequest } from '@rig-ops/wire';
import { tunnel } from '@rig-ops/wire/tcp';
import { isContained } from '../instances/is-contained.ts';
import type { ContainerTransfers } from '../runtimes/containers.ts';
import type { OwnPorts } from './instance-ports.ts';
import { parseForwardSpec } from './parse-forward-spec.ts';
import { portNotOpen } from './port-not-open.ts';

/** What listens on this machine takes a connection at once, or has its queue full. */
const CONNECT_MS = 10_000;
/** Where nobody tells who listens (all but Linux), the port that was given to an instance is tried here. */
const LOOPBACK = '127.0.0.1';

export interface ForwardContext {
  findInstance: (id: string) => InstanceReport | undefined;
  ports: OwnPorts;
  /** Null where no daemon is used. */
  containers: ContainerTransfers | null;
  /** A connection to an instance is there; answers how to say that it has gone. */
  onConnected: (instance: string, socket: Socket) => () => void;
}

interface Place extends ForwardPlace {
  name: string;
  address: string;
}

/** Answers an OPEN of `forward`, and carries its connection until both directions are over. Does not fail. */
export async function serveForward(request: OpenRequest, context: ForwardContext): Promise<void> {
  let place: Place;
  let socket: Socket | null;
  try {
    const spec = parseForwardSpec(request.params);
    const running = runningOf(spec, context);
    const contained = running.filter(({ report }) => isContained(report.spec));
    if (context.containers !== null && contained.length > 0) {
      await context.containers.forward(request, contained, spec.check);
      return;
    }
    place = await findPlace(running, context);
    socket = spec.check ? null : await connectTo(place);
  } catch (error) {
    request.refuse(toErrorDocument(error));
    return;
  }
  const accepted: ForwardPlace = { instance: place.instance, port: place.port };
  const channel = request.accept(accepted);
  if (socket === null) {
    channel.close();
    return;
  }
  const gone = context.onConnected(place.instance, socket);
  await tunnel(socket, channel, { out: ChannelStream.stdout, in: ChannelStream.stdin });
  gone();
}

type RunningTarget = ForwardTargetSpec & { report: InstanceReport };

function runningOf({ targets }: ForwardSpec, { findInstance }: ForwardContext): RunningTarget[] {
  return targets.flatMap((target) => {
    const report = findInstance(target.instance);
    return report === undefined || report.state === 'exited' ? [] : [{ ...target, report }];
  });
}

/** @throws RigError `remote_target_gone`, `port_not_open` */
async function findPlace(running: readonly RunningTarget[], { ports }: ForwardContext): Promise<Place> {
  const [first] = running;
  if (first === undefined) {
    throw new RigError('remote_target_gone', 'The instance does not run any more.');
  }
  for (const { instance, port, own, report } of running) {
    const found = await ports.find(report, port);
    const address = found?.address ?? (own && process.platform !== 'linux' ? LOOPBACK : undefined);
    if (address !== undefined) return { instance, port, name: report.spec.name, address };
  }
  throw portNotOpen(first.report.spec.name, first.port, await ports.list(first.report));
}

async function connectTo({ address, port, name }: Place): Promise<Socket> {
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true });
    const fail = (reason: string) => {
      socket.destroy();
      reject(new RigError('port_refused', `Port ${port} of ${name} did not take the connection: ${reason}.`));
    };
    const timer = setTimeout(() => fail('it did not answer in time'), CONNECT_MS);
    const onError = ({ code, message }: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(code ?? message);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
