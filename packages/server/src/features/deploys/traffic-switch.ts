import type { EdgeStatus } from '@rig-ops/contract/edge';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../logger.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { AppPorts } from './app-ports.ts';
import type { NeighbourNames } from './neighbour-names.ts';
import type { RoutePublisher } from './route-publisher.ts';

/** How long the edge may take to apply routes; it applies them within milliseconds while it runs. */
const APPLY_MS = 30_000;
const RETRY_MS = 200;
/** Other ports that are tried when the first one turns out to be taken. */
const OTHER_PORTS = 5;

export interface TrafficSwitchOptions {
  publisher: RoutePublisher;
  ports: AppPorts;
  names: Pick<NeighbourNames, 'lead'>;
  log: Logger;
}

/** Brings traffic to the live releases. */
export class TrafficSwitch {
  readonly #options: TrafficSwitchOptions;

  constructor(options: TrafficSwitchOptions) {
    this.#options = options;
  }

  /**
   * Publishes the routes and waits until the edge has them, and neighbours reach the same by the name of the app. An edge that does not answer in time is not
   * serving: it reads the routes when it starts again, so the switch counts as made.
   * @param mayMove whether the app may get another port when its own is taken: nobody knows its address yet
   */
  async switchTo(app: AppRecord, mayMove: boolean, signal: AbortSignal): Promise<void> {
    const { log, names, ports, publisher } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const generation = await publisher.publish();
      const routed = publisher.routed.find((each) => each.app.id === app.id);
      const [status] = await Promise.all([
        this.#apply(generation, signal),
        routed === undefined ? undefined : names.lead(routed),
      ]);
      if (status === null) {
        log.warn('the edge did not apply the routes in time', { app: app.name });
        return;
      }
      const failed = status.failedListeners.find(({ appId }) => appId === app.id);
      if (failed === undefined || !mayMove || tries >= OTHER_PORTS) return;
      const port = await ports.replace(app.id, failed.port);
      log.info('the port of an app was taken', { app: app.name, taken: failed.port, port });
    }
  }

  async #apply(generation: number, signal: AbortSignal): Promise<EdgeStatus | null> {
    const late = AbortSignal.timeout(APPLY_MS);
    const either = AbortSignal.any([signal, late]);
    while (!late.aborted) {
      try {
        return await this.#options.publisher.applied(generation, either);
      } catch {
        signal.throwIfAborted();
        await delay(RETRY_MS, undefined, { signal: either }).catch(() => undefined);
      }
    }
    signal.throwIfAborted();
    return null;
  }
}
