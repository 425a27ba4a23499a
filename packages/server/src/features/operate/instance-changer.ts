import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { newId } from '../../ids.ts';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { TrafficSwitch } from '../deploys/traffic-switch.ts';
import { describeExit } from '../instances/describe-exit.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from '../instances/instance-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';

const POLL_MS = 50;
/** Beyond what its release allows, until the keeper has told what became of an instance. */
const TOLD_MS = 10_000;

export interface InstanceChangerOptions {
  instances: InstanceStore;
  mirror: EngineMirror;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  clock: Clock;
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  /** Has whoever keeps live releases running look again: it starts what is noted. */
  kick: () => void;
}

type Place = Pick<InstanceRecord, 'process' | 'ordinal' | 'turn'>;

const isAt = (place: Place) => (instance: InstanceRecord) =>
  instance.process === place.process && instance.ordinal === place.ordinal && instance.turn === place.turn;

/** Changes which instances of a live release there are, without ever being short of one that serves. */
export class InstanceChanger {
  readonly #options: InstanceChangerOptions;

  constructor(options: InstanceChangerOptions) {
    this.#options = options;
  }

  async ofRelease(release: ReleaseRecord): Promise<InstanceRecord[]> {
    const all = await this.#options.instances.ofApp(release.appId);
    return all.filter((instance) => instance.release === release.version);
  }

  /**
   * Replaces one instance: the new one is healthy and gets requests before the old one drains and stops.
   * @throws RigError `release_failed` when the new one does not become healthy; the old one goes on then
   */
  async replace(app: AppRecord, release: ReleaseRecord, old: Place, signal: AbortSignal): Promise<void> {
    const next = { ...old, turn: old.turn + 1 };
    await this.add(app, release, [next], signal);
    await this.#remove(app, release, isAt(old), signal);
  }

  /**
   * Adds instances and waits until requests reach them.
   * @throws RigError `release_failed` when one does not become healthy; none of them is left then
   */
  async add(
    app: AppRecord,
    release: ReleaseRecord,
    places: readonly Place[],
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, instances, kick, traffic } = this.#options;
    const taken = new Set((await instances.list()).flatMap(({ port }) => port ?? []));
    const rows = [];
    for (const place of places)
      rows.push({
        id: newId('ins'),
        appId: app.id,
        release: release.version,
        process: place.process,
        ordinal: place.ordinal,
        turn: place.turn,
        port: place.process === 'web' ? await choosePort(taken) : null,
        createdAt: timestampOf(clock),
      });
    await instances.create(rows);
    kick();
    try {
      await Promise.all(places.map((place) => this.#untilHealthy(release, place, signal)));
    } catch (error) {
      if (!signal.aborted)
        await this.#remove(app, release, (each) => places.some((place) => isAt(place)(each)), signal);
      throw error;
    }
    await traffic.switchTo(app, false, signal);
  }

  /** Lets instances finish what they have begun, and ends them. */
  async remove(
    app: AppRecord,
    release: ReleaseRecord,
    places: readonly Place[],
    signal: AbortSignal,
  ): Promise<void> {
    if (places.length > 0)
      await this.#remove(app, release, (each) => places.some((place) => isAt(place)(each)), signal);
  }

  async #remove(
    app: AppRecord,
    release: ReleaseRecord,
    isMeant: (instance: InstanceRecord) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { instances, retirer, traffic } = this.#options;
    const meant = async () => (await this.ofRelease(release)).filter(isMeant);
    await instances.setDesiredOf(
      (await meant()).map(({ id }) => id),
      'drain',
    );
    await traffic.switchTo(app, false, signal);
    await retirer.retire(await meant(), release.runtime.drainSeconds, signal);
  }

  /** What keeps live releases running starts it and checks it; here is only waited for what comes of that. */
  async #untilHealthy(release: ReleaseRecord, place: Place, signal: AbortSignal): Promise<void> {
    const { lastLines } = this.#options;
    const deadline = Date.now() + release.runtime.health.timeoutSeconds * 1000 + TOLD_MS;
    for (;;) {
      const instance = (await this.ofRelease(release)).find(isAt(place));
      if (instance === undefined)
        throw new RigError('cancelled', `${instanceName(place)} was removed while it started.`);
      if (instance.health === 'healthy') return;
      const name = instanceName(instance);
      if (instance.health === 'unhealthy' || instance.restarts > 0 || Date.now() > deadline) {
        const report = this.#options.mirror.instance(instance.id);
        const how = report?.state === 'exited' ? describeExit(report) : 'did not become healthy';
        throw new RigError('release_failed', `The new ${name} ${how}; the instances before it go on.`, {
          hint: 'Read the log: `rig logs app`.',
          details: { instance: name, lastLines: await lastLines(instance) },
        });
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }
}

async function choosePort(taken: Set<number>): Promise<number> {
  const { first, last } = INSTANCE_PORTS;
  // A random start, so that a port that was just given up is not the next one taken.
  const start = first + Math.floor(Math.random() * (last - first + 1));
  const port = await findFreePort(INSTANCE_PORTS, start, taken);
  if (port === null)
    throw new RigError('port_taken', `No port between ${first} and ${last} is free for the instance.`);
  taken.add(port);
  return port;
}
