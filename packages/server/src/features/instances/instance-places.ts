import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import { RigError } from '@rig-ops/contract/errors';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import type { InstanceRecord, InstanceStore, NewInstance } from './instance-store.ts';

/** A place in the process table of a release. */
export type Place = Pick<InstanceRecord, 'process' | 'ordinal'>;

/** Every place of a release. */
export function placesOf(counts: ReadonlyMap<string, number>): Place[] {
  return [...counts].flatMap(([process, count]) =>
    Array.from({ length: count }, (_, index) => ({ process, ordinal: index + 1 })),
  );
}

/** Notes the instances that a release is to have. */
export class InstancePlaces {
  readonly #instances: InstanceStore;
  readonly #clock: Clock;

  constructor(instances: InstanceStore, clock: Clock) {
    this.#instances = instances;
    this.#clock = clock;
  }

  async ofRelease(release: Pick<ReleaseRecord, 'appId' | 'version'>): Promise<InstanceRecord[]> {
    const all = await this.#instances.ofApp(release.appId);
    return all.filter((instance) => instance.release === release.version);
  }

  /** A row for each of the places that has none yet, all at once; `web` gets a port. */
  async fill(release: ReleaseRecord, places: readonly Place[]): Promise<void> {
    const taken = new Set((await this.#instances.list()).flatMap(({ port }) => port ?? []));
    const existing = await this.ofRelease(release);
    const rows: NewInstance[] = [];
    for (const { process, ordinal } of places) {
      if (existing.some((other) => other.process === process && other.ordinal === ordinal)) continue;
      rows.push({
        id: newId('ins'),
        appId: release.appId,
        release: release.version,
        process,
        ordinal,
        port: process === 'web' ? await this.#choosePort(taken) : null,
        createdAt: timestampOf(this.#clock),
      });
    }
    await this.#instances.create(rows);
  }

  async #choosePort(taken: Set<number>): Promise<number> {
    const { first, last } = INSTANCE_PORTS;
    // A random start, so that a port that was just given up is not the next one taken.
    const start = first + Math.floor(Math.random() * (last - first + 1));
    const port = await findFreePort(INSTANCE_PORTS, start, taken);
    if (port === null)
      throw new RigError('port_taken', `No port between ${first} and ${last} is free for the instance.`);
    taken.add(port);
    return port;
  }
}
