import type { SupervisorEvent } from '@rig-ops/contract/supervisor';

type Listener = (event: SupervisorEvent) => void;

/** Tells everybody who watches what has changed. */
export class EventHub {
  readonly #listeners = new Set<Listener>();

  publish(event: SupervisorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
