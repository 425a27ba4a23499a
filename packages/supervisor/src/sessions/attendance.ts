import type { SessionMode } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SessionAttachSpec } from '@rig-ops/contract/supervisor-sessions';
import type { SessionClient } from './session-client.ts';

/** Who is attached to a session, who writes, and who is waited for. One writes at a time. */
export class Attendance {
  readonly #clients = new Set<SessionClient>();
  /** The client that wrote and was lost, while it is waited for. */
  #awaited: { client: SessionClient; since: number } | null = null;
  /** Those somebody took writing from, the last one last. */
  #heirs: SessionClient[] = [];
  /** Since when nobody is attached. */
  #aloneSince: number | null = null;

  get clients(): SessionClient[] {
    return [...this.#clients];
  }

  /** Whether a client is attached or waited for. */
  isThere(id: string): boolean {
    return [...this.#clients, this.#awaited?.client].some((client) => client?.spec.id === id);
  }

  get aloneSince(): number | null {
    return this.#aloneSince;
  }

  /** Since when a lost client is waited for. */
  get lostSince(): number | null {
    return this.#awaited?.since ?? null;
  }

  /**
   * How somebody may come who wants to.
   * @throws RigError `session_busy`
   */
  modeFor(spec: Pick<SessionAttachSpec, 'client' | 'from' | 'mode' | 'steal'>): SessionMode {
    if (spec.mode === 'read') return 'read';
    const writer = this.#writer();
    const holder = writer ?? this.#awaited?.client;
    if (holder === undefined || holder.spec.id === spec.client.id || spec.steal) return 'write';
    // One's own, that will hardly come back: from another machine, say.
    if (writer === undefined && holder.spec.user === spec.client.user) return 'write';
    // One that comes back finds that somebody has taken over meanwhile.
    if (spec.from !== null || spec.mode === null) return 'read';
    throw new RigError('session_busy', `${holder.spec.user} writes in this session.`);
  }

  /**
   * Makes room for one that comes: its own old channel is over, whether that was seen or not, and nothing more is
   * taken from it; whoever wrote until now watches.
   */
  expect({ client }: Pick<SessionAttachSpec, 'client'>, mode: SessionMode): void {
    for (const before of [...this.#clients, this.#awaited?.client]) {
      if (before?.spec.id === client.id) this.#replace(before);
    }
    if (mode !== 'write') return;
    this.forsake();
    const writer = this.#writer();
    if (writer === undefined) return;
    writer.turn('read', client.user);
    this.#heirs.push(writer);
  }

  add(client: SessionClient): void {
    this.#clients.add(client);
    this.#aloneSince = null;
  }

  remove(client: SessionClient): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#aloneSince ??= Date.now();
  }

  /** The one who wrote was lost: the program waits for it. */
  await(client: SessionClient): void {
    this.forsake();
    this.#awaited = { client, since: Date.now() };
  }

  /** Nobody is waited for any more. */
  forsake(): void {
    this.#awaited?.client.release();
    this.#awaited = null;
  }

  /** Gives writing back to the last one it was taken from. @returns whether there was one */
  passOn(): boolean {
    for (let heir = this.#heirs.pop(); heir !== undefined; heir = this.#heirs.pop()) {
      if (!this.#clients.has(heir)) continue;
      heir.turn('write', heir.spec.user);
      return true;
    }
    return false;
  }

  #writer(): SessionClient | undefined {
    return this.clients.find(({ mode }) => mode === 'write');
  }

  #replace(before: SessionClient): void {
    before.cut();
    before.release();
    this.remove(before);
    this.#heirs = this.#heirs.filter((heir) => heir !== before);
    if (this.#awaited?.client === before) this.#awaited = null;
    const error = new RigError('connection_lost', 'The client has come again on another connection.');
    before.channel.close(toErrorDocument(error));
  }
}
