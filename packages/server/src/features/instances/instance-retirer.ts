import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { InstanceRecord, InstanceStore } from './instance-store.ts';

/** Between SIGTERM and SIGKILL where the release does not say. */
const GRACE_SECONDS = 10;
const POLL_MS = 100;

export interface InstanceRetirerOptions {
  engine: Engine;
  mirror: EngineMirror;
  instances: InstanceStore;
  releases: Pick<ReleaseStore, 'get'>;
  /** Requests under way per instance, as the edge tells them; rejects when it does not answer. */
  inFlight: (signal: AbortSignal) => Promise<Record<string, number>>;
}

/** Ends instances for good. Each step may be repeated: what is gone already is passed over. */
export class InstanceRetirer {
  readonly #options: InstanceRetirerOptions;

  constructor(options: InstanceRetirerOptions) {
    this.#options = options;
  }

  /**
   * Lets those that drain finish their requests for at most `drainSeconds`, then stops, forgets and removes all.
   * @throws the reason of `signal`; what was not done then is left to the next call
   */
  async retire(instances: InstanceRecord[], drainSeconds: number, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + drainSeconds * 1000;
    const retired = await Promise.allSettled(
      instances.map(async (instance) => {
        if (instance.desired === 'drain' && instance.port !== null)
          await this.#drain(instance, deadline, signal);
        await this.#end(instance, signal);
      }),
    );
    // Not before all have ended: whoever goes on must not meet one that is still being removed.
    for (const each of retired) if (each.status === 'rejected') throw each.reason;
  }

  async #drain(instance: InstanceRecord, deadline: number, signal: AbortSignal): Promise<void> {
    while (Date.now() < deadline) {
      const report = this.#options.mirror.instance(instance.id);
      if (report?.state !== 'running') return;
      // An edge that does not answer is being restarted: then the time is all there is to go by.
      const inFlight = await this.#options.inFlight(signal).catch(() => null);
      signal.throwIfAborted();
      if (inFlight !== null && (inFlight[instance.id] ?? 0) === 0) return;
      await delay(POLL_MS, undefined, { signal });
    }
  }

  async #end(instance: InstanceRecord, signal: AbortSignal): Promise<void> {
    const { engine, mirror, instances, releases } = this.#options;
    const release = await releases.get(instance.appId, instance.release);
    await engine.stopInstance(instance.id, (release?.runtime.graceSeconds ?? GRACE_SECONDS) * 1000);
    await mirror.until(() => {
      if (!mirror.ready) return undefined;
      const report = mirror.instance(instance.id);
      return report === undefined || report.state === 'exited' ? true : undefined;
    }, signal);
    await mirror.forgetInstance(instance.id);
    await instances.remove(instance.id);
  }
}
