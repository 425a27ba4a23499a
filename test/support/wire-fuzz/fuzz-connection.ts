import { frame, hello, json, ping, streamed, type } from './frames.ts';
import type { Random } from './random.ts';
import { encodeMessage, type RawPeer } from './raw-peer.ts';

/** How many bytes a window has, and more than one. */
const WINDOW = 256 * 1024;
const OFFSETS = [0n, 1n, 7n, 65_536n, BigInt(WINDOW), 2n ** 31n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, -1n];

/**
 * Talks to the platform in a way that is nearly right: opens channels that work, and then breaks a rule, and
 * another one, until it is thrown out or has said enough.
 */
export class FuzzedConnection {
  readonly #peer: RawPeer;
  readonly #random: Random;
  readonly #app: string;
  #nextChannel = 1;
  readonly #sent = new Map<string, number>();

  constructor(peer: RawPeer, random: Random, app: string) {
    this.#peer = peer;
    this.#random = random;
    this.#app = app;
  }

  async run(messages: number): Promise<void> {
    const random = this.#random;
    if (random.chance(92)) await this.#say(hello(random.chance(97) ? 1 : random.pick([0, 2, '1', null])));
    if (random.chance(10)) this.#peer.stall();
    for (let i = 0; i < messages && !this.#peer.ended; i += 1) await this.#step();
  }

  async #step(): Promise<void> {
    const random = this.#random;
    switch (random.below(16)) {
      case 0:
        return await this.#say(random.bytes(random.below(200)));
      case 1:
      case 2:
        return await this.#say(this.#open());
      case 3:
      case 4:
        return await this.#say(this.#data());
      case 5:
        return await this.#say(this.#offsets(random.pick([type.eof, type.credit])));
      case 6:
        return await this.#say(this.#credit());
      case 7:
        return await this.#say(this.#control());
      case 8:
        return await this.#say(
          json(random.pick([type.exit, type.accept, type.close]), this.#channel(), this.#value()),
        );
      case 9:
        return await this.#say(frame(random.below(256), this.#channel(), random.bytes(random.below(40))));
      case 10:
        return await this.#say(this.#mutated());
      case 11:
        return await this.#peer.send(
          encodeMessage(random.bytes(random.below(30)), {
            opcode: random.below(16),
            masked: random.chance(80),
            final: random.chance(70),
          }),
        );
      case 12:
        for (let i = random.below(400); i > 0; i -= 1) await this.#say(ping());
        return;
      case 13:
        return await this.#flood();
      case 14:
        return await this.#say(Buffer.concat([json(type.control, this.#channel(), 'x'), random.bytes(3)]));
      default:
        if (random.chance(10)) this.#peer.cut();
    }
  }

  async #say(message: Uint8Array): Promise<void> {
    await this.#peer.send(encodeMessage(message));
  }

  #open(): Buffer {
    const random = this.#random;
    const id = random.chance(90) ? this.#nextChannel : random.pick([0, 2, this.#nextChannel - 2, 0xffffffff]);
    if (id === this.#nextChannel) this.#nextChannel += 2;
    const app = random.chance(80) ? this.#app : this.#value();
    const params = random.pick<unknown>([
      { app, argv: ['sleep', '1'] },
      { app, argv: ['cat'] },
      { app, argv: ['sh', '-c', 'yes | head -c 200000'] },
      { app, argv: [] },
      { app, argv: ['true'], env: { A: 'b' }, cwd: '../../..' },
      { app, argv: ['x'.repeat(random.below(20_000))] },
      { app, follow: true },
      this.#value(),
    ]);
    const kind = random.pick<unknown>([
      'command',
      'command',
      'logs',
      'shell',
      'attach',
      'no-such-kind',
      '',
      7,
      'k'.repeat(65),
    ]);
    return json(type.open, id, random.chance(95) ? { kind, params } : this.#value());
  }

  #data(): Buffer {
    const random = this.#random;
    const channel = this.#channel();
    const stream = random.chance(80) ? 0 : random.below(256);
    const key = `${channel}/${stream}`;
    const at = this.#sent.get(key) ?? 0;
    const bytes = random.bytes(random.pick([1, 10, 1000, 0, 65_536, 65_537]) % 70_000);
    const right = random.chance(70);
    if (right) this.#sent.set(key, at + bytes.length);
    return streamed(type.data, channel, stream, right ? BigInt(at) : random.pick(OFFSETS), bytes);
  }

  #offsets(kind: number): Buffer {
    const random = this.#random;
    return streamed(
      kind,
      this.#channel(),
      random.below(256),
      random.pick(OFFSETS),
      random.bytes(random.below(2)),
    );
  }

  #credit(): Buffer {
    return streamed(type.credit, this.#channel(), this.#random.pick([1, 2]), this.#random.pick(OFFSETS));
  }

  #control(): Buffer {
    const random = this.#random;
    const message = random.pick<unknown>([
      { type: 'signal', signal: 'SIGTERM' },
      { type: 'signal', signal: 'SIGNONE' },
      { type: 'signal', signal: 9 },
      { type: 'resize', columns: -1, rows: 1e9 },
      { type: 'resize', columns: 80, rows: 24 },
      { type: 'detach' },
      { type: '__proto__' },
      this.#value(),
    ]);
    return json(type.control, this.#channel(), message);
  }

  /** A frame that would be right with one of its bytes changed, or without its end. */
  #mutated(): Buffer {
    const random = this.#random;
    const message = random.pick([() => this.#open(), () => this.#data(), () => this.#control()])();
    if (random.chance(30)) return message.subarray(0, random.below(message.length));
    message[random.below(Math.min(message.length, 30))] = random.below(256);
    return message;
  }

  /** Too much of something. */
  async #flood(): Promise<void> {
    const random = this.#random;
    const channel = this.#channel();
    switch (random.below(5)) {
      case 0:
        for (let i = 0; i < 300; i += 1) await this.#say(this.#control());
        return;
      case 1:
        return await this.#say(frame(type.open, this.#nextChannel, Buffer.alloc(1024 * 1024 + 1, 'x')));
      case 2:
        return await this.#say(Buffer.alloc(3 * 1024 * 1024));
      case 3: {
        // Beyond what there is credit for.
        for (let at = 0; at < 6 * WINDOW; at += 65_536)
          await this.#say(streamed(type.data, channel, 0, BigInt(at), Buffer.alloc(65_536)));
        return;
      }
      default:
        for (let i = 0; i < 300; i += 1) await this.#say(streamed(type.credit, channel, i % 256, BigInt(i)));
    }
  }

  #channel(): number {
    const random = this.#random;
    if (random.chance(85)) return 1 + 2 * random.below(Math.max(1, (this.#nextChannel - 1) / 2));
    return random.pick([0, 2, 3, 999_999, 0xffffffff]);
  }

  #value(): unknown {
    return this.#random.pick<unknown>([
      null,
      true,
      -1,
      1e308,
      '',
      '\u0000',
      '../../etc/passwd',
      [],
      {},
      [[[[[[[[]]]]]]]],
      JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
      'x'.repeat(5000),
    ]);
  }
}
