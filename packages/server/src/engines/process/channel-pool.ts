import { type Channel, type Connection, WIRE_LIMITS } from '@rig-ops/wire';

/** A connection takes no more than the protocol allows; the rest are left for what is being closed. */
const MOST_CHANNELS = WIRE_LIMITS.channels / 2;

interface Pooled {
  opening: Promise<Connection>;
  channels: number;
}

/** Opens any number of channels, on as many connections as they need; one that was lost is forgotten. */
export class ChannelPool {
  readonly #connect: () => Promise<Connection>;
  #pooled: Pooled[] = [];

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect;
  }

  async open(kind: string, params: object): Promise<Channel> {
    const pooled = this.#pooled.find(({ channels }) => channels < MOST_CHANNELS) ?? this.#add();
    pooled.channels += 1;
    const leave = () => {
      pooled.channels -= 1;
    };
    try {
      const channel = (await pooled.opening).open(kind, params);
      void channel.closed.then(leave);
      return channel;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#pooled.map(async ({ opening }) => (await opening.catch(() => undefined))?.close()),
    );
  }

  #add(): Pooled {
    const pooled: Pooled = { opening: this.#connect(), channels: 0 };
    this.#pooled.push(pooled);
    const forget = () => {
      this.#pooled = this.#pooled.filter((each) => each !== pooled);
    };
    pooled.opening.then((connection) => connection.closed.then(forget), forget);
    return pooled;
  }
}
