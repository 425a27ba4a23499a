import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLATFORM_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import { newId } from '../../ids.ts';
import { type ClusterPlace, placeOfKubeconfig } from './check-kubeconfig.ts';

const END = '.yaml';

/** Keeps the kubeconfigs of clusters, which have credentials, as `<name>.yaml` (0600) in a folder of their own. */
export class ClusterFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Replaces one whole. */
  async write(name: string, kubeconfig: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const temporary = join(this.#folder, `${newId('new')}.tmp`);
    try {
      await writeFile(temporary, kubeconfig, { mode: 0o600, flag: 'wx' });
      await rename(temporary, this.#pathOf(name));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  /** What it says of a cluster that is no secret; null where there is none, or none that can be read. */
  async placeOf(name: string): Promise<ClusterPlace | null> {
    try {
      return placeOfKubeconfig(await readFile(this.#pathOf(name), 'utf8'));
    } catch {
      return null;
    }
  }

  /** Removes those of networks that are gone: rigd may have ended between the two. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const kept = new Set([...known, PLATFORM_CLUSTER].map((name) => name + END));
    for (const name of names) if (!kept.has(name)) await rm(join(this.#folder, name), { force: true });
  }

  #pathOf(name: string): string {
    return join(this.#folder, name + END);
  }
}
