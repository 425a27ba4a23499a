import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ConfigKeys } from '../config/config-keys.ts';

const SECRET_BYTES = 32;

/** Separates what is signed here from whatever else is made of the same key. */
export type ArtifactPurpose = 'key of a release' | 'url of an artifact';

/**
 * Signs and recognises what pods show, with secrets derived (HKDF, RFC 5869) from the keys of the platform. Nothing of
 * it is kept: the key of a release is the same whenever it is asked for.
 */
export class ArtifactSecrets {
  readonly #keys: ConfigKeys;
  readonly #derived = new Map<string, Buffer>();

  constructor(keys: ConfigKeys) {
    this.#keys = keys;
  }

  /** HMAC-SHA-256 in base64url. */
  sign(purpose: ArtifactPurpose, parts: readonly (string | number)[]): string {
    return this.#sign(this.#keys.current, purpose, parts).toString('base64url');
  }

  /** Also with an earlier key of the platform: pods keep what they were given. */
  isSigned(purpose: ArtifactPurpose, parts: readonly (string | number)[], signature: string): boolean {
    const shown = Buffer.from(signature, 'base64url');
    let found = false;
    for (const id of this.#keys.keys.keys()) {
      const wanted = this.#sign(id, purpose, parts);
      if (shown.length === wanted.length && timingSafeEqual(shown, wanted)) found = true;
    }
    return found;
  }

  #sign(id: string, purpose: ArtifactPurpose, parts: readonly (string | number)[]): Buffer {
    return createHmac('sha256', this.#secretOf(id, purpose)).update(JSON.stringify(parts)).digest();
  }

  #secretOf(id: string, purpose: ArtifactPurpose): Buffer {
    const name = `${id} ${purpose}`;
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    const key = this.#keys.keys.get(id);
    if (key === undefined) throw new Error(`no key ${id}`);
    const secret = Buffer.from(hkdfSync('sha256', key, '', `rig ${purpose}`, SECRET_BYTES));
    this.#derived.set(name, secret);
    return secret;
  }
}
