import type { ForwardAccepted, ForwardParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Channel, Connection } from '../channel.ts';
import type { WantedForward } from './parse-forward.ts';
import type { Held } from './platform-link.ts';

export interface WantedForwards {
  app: string;
  forwards: readonly WantedForward[];
  process: string | undefined;
  instance: string | undefined;
  reason: string | undefined;
  connect: () => Promise<Connection>;
}

/** Forwards that the platform has let begin, in the order they were asked for. */
export interface BegunForwards extends Held {
  readonly places: readonly ForwardAccepted[];
  /** Opens a connection through one of them. */
  open(at: number): Channel;
  /** Ends them in order. */
  end(): void;
}

const gone = (): RigError => new RigError('connection_lost', 'The connection to the platform was lost.');

/** @throws RigError what the platform refused, or that it cannot be reached */
export async function beginForwards(wanted: WantedForwards): Promise<BegunForwards> {
  const connection = await wanted.connect();
  const channels = wanted.forwards.map((forward) => connection.open('forward', paramsOf(wanted, forward)));
  const end = () => {
    for (const channel of channels) channel.close();
  };
  let places: ForwardAccepted[];
  try {
    places = await Promise.all(channels.map(async ({ accepted }) => readForwardAccepted(await accepted)));
  } catch (error) {
    end();
    throw error;
  }
  return {
    places,
    over: Promise.race(channels.map(({ closed }) => closed)).then((error) => error ?? gone()),
    open(at) {
      const { forward } = places[at] ?? {};
      if (forward === undefined) throw gone();
      return connection.open('forward', { app: wanted.app, forward } satisfies ForwardParams);
    },
    end,
  };
}

const paramsOf = (
  { app, process, instance, reason }: WantedForwards,
  { remote }: WantedForward,
): ForwardParams => ({
  app,
  ...(typeof remote === 'string' ? { process: remote } : process === undefined ? {} : { process }),
  ...(typeof remote === 'number' ? { port: remote } : {}),
  ...(instance === undefined ? {} : { instance }),
  ...(reason === undefined ? {} : { reason }),
});

/** Reads what ACCEPT of a `forward` carried. */
export function readForwardAccepted(value: unknown): ForwardAccepted {
  const { forward, instance = null, port = null, problem = null } = (value ?? {}) as Partial<ForwardAccepted>;
  if (typeof forward !== 'string') {
    throw new RigError('remote_protocol', 'The platform let a forward begin without naming it.');
  }
  return { forward, instance, port, problem };
}
