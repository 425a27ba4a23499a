import type { Socket } from 'node:net';
import type { CopyProgram } from '@rig-ops/archive';
import { ChannelStream } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { ForwardPlace } from '@rig-ops/contract/supervisor-forward';
import { type OpenRequest, relay } from '@rig-ops/wire';
import { tunnel } from '@rig-ops/wire/tcp';
import type { StartFailure } from '../../../proc/spawn-program.ts';
import type { SessionProgram } from '../../../sessions/program.ts';
import { portNotOpen } from '../../../forward/port-not-open.ts';
import { connectDirectly } from '../../connect-directly.ts';
import type { ContainerPort, ContainerTransfers } from '../../containers.ts';
import { markOf } from '../sessions/pod-containment.ts';
import type { PlaceOfInstance } from '../sessions/place-of-instance.ts';
import { archiveInPod, ownEnvironment } from '../../tools/pod-tools.ts';
import { startInPod } from '../sessions/start-in-pod.ts';
import { PodTunnels } from './pod-tunnels.ts';

/** The pod is the place of its app: nothing else is in it. */
const ROOTS = ['/'];

/** Connections to ports in pods, and files to and from them. */
export class PodTransfers implements ContainerTransfers {
  readonly #placeOf: PlaceOfInstance;
  readonly #tunnels = new PodTunnels();
  readonly #sockets = new Map<Socket, string>();

  constructor(placeOf: PlaceOfInstance) {
    this.#placeOf = placeOf;
  }

  async forward(request: OpenRequest, targets: readonly ContainerPort[], check: boolean): Promise<void> {
    try {
      if (!check && (await this.#forwardDirectly(request, targets))) return;
      const target = await this.#find(targets);
      const accepted: ForwardPlace = { instance: target.report.spec.id, port: target.port };
      if (check) request.accept(accepted).close();
      else await this.#forwardThrough(request, target, accepted);
    } catch (error) {
      request.refuse(toErrorDocument(error));
    }
  }

  instanceEnded(instance: string): void {
    this.#tunnels.close(instance);
    for (const [socket, of] of this.#sockets) if (of === instance) socket.destroy();
  }

  async copy({ spec }: InstanceReport, copy: CopySpec): Promise<SessionProgram | StartFailure> {
    const { direction, noClobber, path, raw, recursive, session } = copy;
    const told: CopyProgram = { direction, path, recursive, raw, noClobber, roots: ROOTS };
    const place = await this.#placeOf(spec.id);
    const program = await startInPod(place, {
      argv: archiveInPod(told),
      cwd: spec.cwd,
      env: ownEnvironment,
      terminal: null,
      mark: markOf(session),
      wary: true,
    });
    // No process of this machine.
    return 'startError' in program
      ? program
      : Object.assign(program, { identity: { pid: 0, startTime: '' } });
  }

  close(): void {
    this.#tunnels.closeAll();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** Whether one of them could be reached without the API server, as within the cluster. */
  async #forwardDirectly(request: OpenRequest, targets: readonly ContainerPort[]): Promise<boolean> {
    for (const { port, report } of targets) {
      const { address } = await this.#placeOf(report.spec.id);
      const socket = address === null ? null : await connectDirectly(address, port);
      if (socket === null) continue;
      const instance = report.spec.id;
      this.#sockets.set(socket, instance);
      const accepted: ForwardPlace = { instance, port };
      await tunnel(socket, request.accept(accepted), { out: ChannelStream.stdout, in: ChannelStream.stdin });
      this.#sockets.delete(socket);
      return true;
    }
    return false;
  }

  async #forwardThrough(request: OpenRequest, target: ContainerPort, accepted: ForwardPlace): Promise<void> {
    const { port, report } = target;
    const place = await this.#placeOf(report.spec.id);
    const { channel, done } = await this.#tunnels.open(report.spec.id, place, 'tcp', { port });
    try {
      await channel.accepted;
      await relay(request.accept(accepted), channel);
    } catch (error) {
      if (!isRigError(error) || error.code !== 'port_refused') throw error;
      throw new RigError('port_refused', `Port ${port} of ${report.spec.name} did not take the connection.`);
    } finally {
      done();
    }
  }

  /** @throws RigError `port_not_open` */
  async #find(targets: readonly ContainerPort[]): Promise<ContainerPort> {
    const open = new Set<number>();
    for (const target of targets) {
      const ports = await this.#listening(target.report.spec.id);
      if (ports.includes(target.port)) return target;
      for (const port of ports) open.add(port);
    }
    const [first] = targets;
    throw portNotOpen(first?.report.spec.name ?? '', first?.port ?? 0, open);
  }

  async #listening(instance: string): Promise<number[]> {
    const { channel, done } = await this.#tunnels.open(instance, await this.#placeOf(instance), 'ports', {});
    try {
      return [...new Set((await channel.accepted) as number[])];
    } finally {
      done();
    }
  }
}
