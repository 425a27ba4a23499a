import type { SessionAccepted, SessionExit, SessionNotice } from '@rig-ops/contract/channels';
import type { Channel, Connection } from '@rig-ops/wire';
import type { TestSupervisor } from './test-supervisor.ts';
import { until } from './until.ts';

/** A client of one session that keeps what it has read, and can lose its connection. */
export class TestClient {
  readonly #supervisor: TestSupervisor;
  readonly session: string;
  readonly id: string;
  readonly notices: SessionNotice[] = [];
  channel: Channel;
  #connection: Connection;
  accepted: SessionAccepted | undefined;
  output: Buffer = Buffer.alloc(0);
  /** Offset of the session behind the last byte that was read. */
  at = 0;

  private constructor(
    supervisor: TestSupervisor,
    about: { session: string; id: string; channel: Channel; connection: Connection },
  ) {
    this.#supervisor = supervisor;
    this.session = about.session;
    this.id = about.id;
    this.channel = about.channel;
    this.#connection = about.connection;
  }

  static async begin(
    supervisor: TestSupervisor,
    argv: string[],
    change: Parameters<TestSupervisor['sessionSpec']>[1] = {},
  ): Promise<TestClient> {
    const connection = await supervisor.connect();
    const spec = supervisor.sessionSpec(argv, change);
    const channel = connection.open('session', spec);
    const client = new TestClient(supervisor, { session: spec.id, id: spec.client.id, channel, connection });
    await client.#follow();
    return client;
  }

  /** Somebody else, or this one from elsewhere. */
  static async attach(
    supervisor: TestSupervisor,
    session: string,
    change: Parameters<TestSupervisor['attach']>[1] = {},
  ): Promise<TestClient> {
    const connection = await supervisor.connect();
    const id = change.client?.id ?? 'cli_1';
    const channel = await supervisor.attach(session, change, connection);
    const client = new TestClient(supervisor, { session, id, channel, connection });
    await client.#follow();
    return client;
  }

  /** As when the network goes: nothing that is under way arrives. */
  async lose(): Promise<void> {
    const over = this.channel.closed;
    this.#supervisor.cut(this.#connection);
    await over;
  }

  /** Comes again and goes on where it was. */
  async comeBack(): Promise<void> {
    this.#connection = await this.#supervisor.connect();
    const from = { stdout: this.at, stderr: 0 };
    const client = { id: this.id, user: 'ann', address: 'here' };
    this.channel = await this.#supervisor.attach(
      this.session,
      { client, from, mode: null },
      this.#connection,
    );
    await this.#follow();
  }

  type(text: string | Uint8Array): Promise<void> {
    return this.channel.write(0, typeof text === 'string' ? Buffer.from(text) : text);
  }

  async sees(text: string): Promise<void> {
    await until(`${JSON.stringify(text)} in ${this.output.toString().slice(-200)}`, () =>
      this.output.includes(text),
    );
  }

  async exit(): Promise<Extract<SessionExit, { exitCode: number }>> {
    return (await this.channel.exited) as Extract<SessionExit, { exitCode: number }>;
  }

  async #follow(): Promise<void> {
    const { channel } = this;
    // A gap may be told in the same moment as ACCEPT, and is behind it.
    let isPast = false;
    channel.onControl = (notice) => {
      this.notices.push(notice as SessionNotice);
      const { type, stream, to } = notice as { type: string; stream?: string; to?: number };
      if (type !== 'gap' || stream !== 'stdout' || to === undefined) return;
      isPast = true;
      this.at = to;
    };
    this.accepted = (await channel.accepted) as SessionAccepted;
    if (!isPast) this.at = this.accepted.offsets.stdout;
    void this.#read(channel).catch(() => undefined);
  }

  async #read(channel: Channel): Promise<void> {
    for await (const bytes of channel.read(1)) {
      if (channel !== this.channel) return;
      this.output = Buffer.concat([this.output, bytes]);
      this.at += bytes.length;
    }
  }
}
