import { join } from 'node:path';
import type { Capture } from '../capture/capture.ts';
import { describeEnd } from './describe-end.ts';
import type { InstanceContext } from './instance.ts';
import type { KeptRecord } from './kept-record.ts';

/** What brings the output of an instance into its spool files, where it does not write to them itself. */
export interface OutputCarrier {
  /** The instance has ended: resolves when all of its output was written, or what could not be was told. */
  finish(): Promise<void>;
  /** Ends it where it is; another one may go on from there. */
  abandon(): Promise<void>;
}

/** The way of what an instance prints into the log of its app, up to the line that tells how it ended. */
export class InstanceLog {
  readonly #context: Pick<InstanceContext, 'captures' | 'logs' | 'log'>;
  readonly #kept: KeptRecord;
  #capture: Capture | null = null;
  #carrier: OutputCarrier | null = null;
  #stored: Promise<void> = Promise.resolve();

  constructor(context: Pick<InstanceContext, 'captures' | 'logs' | 'log'>, kept: KeptRecord) {
    this.#context = context;
    this.#kept = kept;
  }

  /** Settles when all is stored that came until its end; never rejects. */
  get stored(): Promise<void> {
    return this.#stored;
  }

  get isCarried(): boolean {
    return this.#carrier !== null;
  }

  /** Stores what comes from now on; nothing when it does so already. */
  open(): void {
    if (this.#capture !== null) return;
    const { id, app, process, name, release } = this.#spec;
    const source = { kind: 'app' as const, process, instance: name, release };
    this.#capture = this.#context.captures.start({ spool: id, store: this.#store, app, source });
  }

  carry(carrier: OutputCarrier): void {
    this.#carrier = carrier;
  }

  /** The instance has ended: stores the rest, and how that was, with a note for people. */
  finish(note: string | null = null): void {
    this.#stored = this.#finish(note);
  }

  /** Lets go of it: what the instance prints waits. */
  async release(): Promise<void> {
    const [capture, carrier] = [this.#capture, this.#carrier];
    this.#capture = null;
    this.#carrier = null;
    await carrier?.abandon();
    await capture?.close();
  }

  /** A line of the platform's own. */
  async tell(line: string): Promise<void> {
    const { process, name, release } = this.#spec;
    const source = { kind: 'platform' as const, process, instance: name, release };
    await this.#context.captures.tell(this.#store, source, [line]);
  }

  /** Output of it has gone before it was read, or may have. */
  async lost(why: string, reason: 'dropped' | 'unsure' = 'dropped'): Promise<void> {
    // How much it was nobody knows: one line at least.
    await this.#context.captures.lost(this.#store, 1, reason);
    await this.tell(why);
  }

  get #spec() {
    return this.#kept.content.report.spec;
  }

  get #store(): string {
    return join(this.#context.logs, 'apps', this.#spec.appId);
  }

  async #finish(note: string | null): Promise<void> {
    const [capture, carrier] = [this.#capture, this.#carrier];
    if (capture === null) return;
    await carrier?.finish();
    await capture.finish();
    // Somebody let go of it meanwhile: another supervisor will go on.
    if (this.#capture !== capture) return;
    try {
      await this.tell(describeEnd(this.#kept.content.report) + (note === null ? '' : `: ${note}`));
      await this.release();
    } catch (error) {
      this.#context.log.warn('the end of an instance is not in its log', { error });
    }
    this.#kept.content.endTold = true;
    this.#kept.save();
  }
}
