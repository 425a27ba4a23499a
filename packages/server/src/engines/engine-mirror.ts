import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceReport, JobReport } from '@rig-ops/contract/supervisor';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { Logger } from '../logger.ts';
import type { Engine, EngineEvent } from './engine.ts';

const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;

/** What the mirror needs of an engine. */
export type MirroredEngine = Pick<Engine, 'watch' | 'forgetInstance' | 'forgetBuild' | 'forgetSession'>;

/** What an engine last told, kept current by its watch, for code that waits on a condition. */
export class EngineMirror {
  readonly #engine: MirroredEngine;
  readonly #log: Logger;
  readonly #instances = new Map<string, InstanceReport>();
  readonly #builds = new Map<string, JobReport>();
  readonly #sessions = new Map<string, SessionReport>();
  readonly #stopping = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #ready = false;

  constructor(engine: MirroredEngine, log: Logger) {
    this.#engine = engine;
    this.#log = log;
  }

  /** Whether a snapshot has arrived; before that, absence means nothing. */
  get ready(): boolean {
    return this.#ready;
  }

  instance(id: string): InstanceReport | undefined {
    return this.#instances.get(id);
  }

  /** Whether somebody asked the instance to stop, as far as that was seen. */
  wasStopped(id: string): boolean {
    return this.#stopping.has(id);
  }

  instances(): InstanceReport[] {
    return [...this.#instances.values()];
  }

  build(id: string): JobReport | undefined {
    return this.#builds.get(id);
  }

  builds(): JobReport[] {
    return [...this.#builds.values()];
  }

  session(id: string): SessionReport | undefined {
    return this.#sessions.get(id);
  }

  sessions(): SessionReport[] {
    return [...this.#sessions.values()];
  }

  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has the engine forget an instance and does not wait to hear of it: engines do not tell. */
  async forgetInstance(id: string): Promise<void> {
    await this.#engine.forgetInstance(id);
    this.#instances.delete(id);
    this.#stopping.delete(id);
    this.#notify();
  }

  async forgetBuild(id: string): Promise<void> {
    await this.#engine.forgetBuild(id);
    this.#builds.delete(id);
    this.#notify();
  }

  /** Nobody is told: whoever asks for it knows. */
  async forgetSession(id: string): Promise<void> {
    await this.#engine.forgetSession(id);
    this.#sessions.delete(id);
  }

  /**
   * Resolves with the first result of `probe` that is not undefined, tried now and after each change.
   * @throws the reason of `signal`
   */
  async until<T>(probe: () => T | undefined, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const first = probe();
    if (first !== undefined) return first;
    return new Promise<T>((resolve, reject) => {
      const end = () => {
        unsubscribe();
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        reject(signal.reason as Error);
      };
      const unsubscribe = this.subscribe(() => {
        const found = probe();
        if (found === undefined) return;
        end();
        resolve(found);
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Follows the engine until `signal`; a watch that fails is begun again. */
  async follow(signal: AbortSignal): Promise<void> {
    let wait = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        for await (const event of this.#engine.watch(signal)) {
          this.#take(event);
          wait = RETRY_FIRST_MS;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn('the watch of the engine broke', { error });
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    }
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#instances.clear();
        this.#builds.clear();
        this.#sessions.clear();
        for (const instance of event.instances) this.#keep(instance);
        for (const build of event.builds) this.#builds.set(build.id, build);
        for (const session of event.sessions) this.#sessions.set(session.spec.id, session);
        this.#ready = true;
        break;
      case 'instance':
        this.#keep(event.instance);
        break;
      case 'build':
        this.#builds.set(event.build.id, event.build);
        break;
      case 'session':
        this.#sessions.set(event.session.spec.id, event.session);
        break;
    }
    this.#notify();
  }

  #keep(report: InstanceReport): void {
    this.#instances.set(report.spec.id, report);
    if (report.state === 'stopping') this.#stopping.add(report.spec.id);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
