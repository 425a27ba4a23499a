import { readFileSync, statSync } from 'node:fs';
import { authKeyOf, authOf, type DockerAuths, registryOf } from '@rig-ops/contract/docker-auths';
import type { Log } from '../../../log.ts';

/**
 * The credentials that the platform has for registries of images, each time as they are then. A file that cannot be
 * read counts as it was before.
 */
export class PullKeys {
  readonly #path: string;
  readonly #log: Log;
  #version = '';
  #auths: DockerAuths = {};

  /** @param path of the platform's file in the form of `docker login` */
  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** What a pod of these images needs to fetch them, and nothing for any other registry; null where that is nothing. */
  for(images: readonly string[]): string | null {
    this.#read();
    const registries = [...new Set(images.map(registryOf))].toSorted((a, b) => (a < b ? -1 : 1));
    const found = registries.flatMap((registry) => {
      const { auth } = authOf(this.#auths, registry) ?? {};
      return auth === undefined || auth === '' ? [] : [[authKeyOf(registry), { auth }] as const];
    });
    return found.length === 0 ? null : JSON.stringify({ auths: Object.fromEntries(found) });
  }

  /** A small file, and seldom another one. */
  #read(): void {
    try {
      const { ino, mtimeMs, size } = statSync(this.#path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (version === this.#version) return;
      const { auths = {} } = JSON.parse(readFileSync(this.#path, 'utf8')) as { auths?: DockerAuths };
      this.#auths = auths;
      this.#version = version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#auths = {};
        this.#version = '';
        return;
      }
      // What is wrong with JSON is told with a piece of it.
      this.#log.warn('the credentials of registries cannot be read', {
        code: (error as { code?: string }).code,
      });
    }
  }
}
