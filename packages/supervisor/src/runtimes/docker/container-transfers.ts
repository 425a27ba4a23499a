import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { CopyProgram } from '@rig-ops/archive';
import { ChannelStream } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { ForwardPlace } from '@rig-ops/contract/supervisor-forward';
import type { Channel, OpenRequest } from '@rig-ops/wire';
import { tunnel } from '@rig-ops/wire/tcp';
import type { StartFailure } from '../../proc/spawn-program.ts';
import type { SessionProgram } from '../../sessions/program.ts';
import { portNotOpen } from '../../forward/port-not-open.ts';
import { connectDirectly } from '../connect-directly.ts';
import type { ContainerPort, ContainerTransfers } from '../containers.ts';
import { ContainerProgram, pollOutcome } from './container-program.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { outcomeOfCode } from '../outcome-of-code.ts';

const CONNECTED = 'connected';
/** The container is the place of its app: nothing else is in it. */
const ROOTS = ['/'];

type Way = { kind: 'direct'; socket: Socket } | { kind: 'relay'; program: ContainerProgram };

/** Connections to ports in containers, and files to and from them. */
export class ContainerForwards implements ContainerTransfers {
  readonly #runtime: ContainerRuntime;
  readonly #open = new Map<{ end: () => void }, string>();

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  async forward(request: OpenRequest, targets: readonly ContainerPort[], check: boolean): Promise<void> {
    let place: ForwardPlace;
    let way: Way | null;
    try {
      const found = await this.#find(targets, check);
      place = { instance: found.report.spec.id, port: found.port };
      way = found.way;
    } catch (error) {
      request.refuse(toErrorDocument(error));
      return;
    }
    const channel = request.accept(place);
    if (way === null) {
      channel.close();
      return;
    }
    const held = { end: () => endWay(way) };
    this.#open.set(held, place.instance);
    if (way.kind === 'direct')
      await tunnel(way.socket, channel, { out: ChannelStream.stdout, in: ChannelStream.stdin });
    else await carry(way.program, channel);
    this.#open.delete(held);
  }

  instanceEnded(instance: string): void {
    for (const [held, of] of this.#open) if (of === instance) held.end();
  }

  async copy({ spec }: InstanceReport, copy: CopySpec): Promise<SessionProgram | StartFailure> {
    const { direction, noClobber, path, raw, recursive } = copy;
    const told: CopyProgram = { direction, path, recursive, raw, noClobber, roots: ROOTS };
    const tools = await this.#runtime.tools();
    return await this.#start(spec.id, tools.archive(told), spec.cwd);
  }

  /** @throws RigError `port_not_open`, `port_refused` */
  async #find(
    targets: readonly ContainerPort[],
    check: boolean,
  ): Promise<ContainerPort & { way: Way | null }> {
    for (const target of targets) {
      const socket = check ? null : await this.#connect(target);
      if (socket !== null) return { ...target, way: { kind: 'direct', socket } };
    }
    const open = new Set<number>();
    for (const target of targets) {
      const ports = await this.#listening(target.report.spec.id);
      if (ports.includes(target.port)) return { ...target, way: check ? null : await this.#relay(target) };
      for (const port of ports) open.add(port);
    }
    const [first] = targets;
    throw portNotOpen(first?.report.spec.name ?? '', first?.port ?? 0, open);
  }

  /** Null where nothing takes it: it may be listened to from within alone, or be out of reach. */
  async #connect({ port, report }: ContainerPort): Promise<Socket | null> {
    const { docker, labels } = this.#runtime;
    const found = await docker.containers.find(labels.nameOf(report.spec.id));
    const networks = Object.values(found?.NetworkSettings.Networks ?? {});
    const address = networks.map(({ IPAddress }) => IPAddress).find((ip) => ip !== '');
    if (address === undefined) return null;
    return await connectDirectly(address, port);
  }

  async #listening(instance: string): Promise<number[]> {
    const said = await this.#runtime.runInside(this.#runtime.labels.nameOf(instance), ['ports'], null);
    const sockets = JSON.parse(said) as { port: number }[];
    return [...new Set(sockets.map(({ port }) => port))];
  }

  async #relay({ port, report }: ContainerPort): Promise<Way> {
    const tools = await this.#runtime.tools();
    const program = await this.#start(report.spec.id, tools.inside(['relay', String(port)]), '/');
    const errors = createInterface({ input: program.stderr ?? program.stdout });
    const first = await new Promise<string>((resolve) => {
      errors.once('line', resolve);
      errors.once('close', () => resolve(''));
    });
    if (first === CONNECTED) return { kind: 'relay', program };
    program.close();
    throw new RigError('port_refused', `Port ${port} of ${report.spec.name} did not take the connection.`);
  }

  /** Starts one of rig's own programs in the container of an instance. @throws RigError `docker_…` */
  async #start(instance: string, argv: string[], cwd: string): Promise<ContainerProgram> {
    const { docker, labels } = this.#runtime;
    const tools = await this.#runtime.tools();
    const exec = await docker.execs.create(labels.nameOf(instance), {
      Cmd: argv,
      Env: [...tools.environment],
      ...(cwd === '' ? {} : { WorkingDir: cwd }),
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const both = await docker.execs.start(exec, { tty: false });
    const look = async () => {
      try {
        const { Running, ExitCode } = await docker.execs.inspect(exec);
        return Running ? null : outcomeOfCode(ExitCode ?? 1);
      } catch (error) {
        return isRigError(error) ? { exitCode: null, signal: null } : null;
      }
    };
    return new ContainerProgram({
      both,
      terminal: false,
      pid: 0,
      ended: pollOutcome(look, both),
      resize: async () => undefined,
      // It sees the end of what it reads and writes, and ends.
      signal: async () => void both.destroy(),
    });
  }
}

function endWay(way: Way): void {
  if (way.kind === 'direct') way.socket.destroy();
  else way.program.close();
}

/** As {@link tunnel}, for a connection that is at the other end of a program. Does not fail. */
async function carry(program: SessionProgram, channel: Channel): Promise<void> {
  let failed = false;
  const send = async () => {
    for await (const bytes of program.stdout as AsyncIterable<Buffer>)
      await channel.write(ChannelStream.stdout, bytes);
    channel.end(ChannelStream.stdout);
  };
  const receive = async () => {
    for await (const bytes of channel.read(ChannelStream.stdin)) await program.write(bytes);
    program.endInput();
  };
  const gone = channel.closed.then(() => undefined);
  const both = Promise.all([send(), receive()]).then(
    () => undefined,
    () => {
      failed = true;
    },
  );
  await Promise.race([both, gone, program.ended]);
  // What was printed last is on its way still.
  await Promise.race([both, gone]);
  channel.close(
    failed ? toErrorDocument(new RigError('connection_lost', 'The connection was cut.')) : undefined,
  );
  program.close();
}
