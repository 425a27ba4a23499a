import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RigError } from '@rig-ops/contract/errors';
import type { ConfigKeys } from './config-keys.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a value belongs. Sealed in one place it does not open in another. */
export interface SealedPlace {
  appId: string;
  configId: string;
  key: string;
}

/** Encrypts values of variables with AES-256-GCM, as `<key id>.<base64url of nonce, ciphertext, tag>`. */
export class ConfigSealer {
  readonly #keys: ConfigKeys;

  constructor(keys: ConfigKeys) {
    this.#keys = keys;
  }

  seal(value: string, place: SealedPlace): string {
    const { current, keys } = this.#keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, keyOf(keys, current), nonce).setAAD(boundTo(place));
    const sealed = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${current}.${sealed.toString('base64url')}`;
  }

  /** @throws RigError `config_sealed` */
  open(text: string, place: SealedPlace): string {
    const dot = text.indexOf('.');
    const id = text.slice(0, Math.max(dot, 0));
    try {
      const sealed = Buffer.from(text.slice(dot + 1), 'base64url');
      const decipher = createDecipheriv(
        ALGORITHM,
        keyOf(this.#keys.keys, id),
        sealed.subarray(0, NONCE_BYTES),
        { authTagLength: TAG_BYTES },
      )
        .setAAD(boundTo(place))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      const value = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([value, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new RigError(
        'config_sealed',
        `The value of ${place.key} cannot be decrypted: the key ${JSON.stringify(id)} of the platform is missing or another one.`,
        { cause },
      );
    }
  }
}

function keyOf(keys: ConfigKeys['keys'], id: string) {
  const key = keys.get(id);
  if (key === undefined) throw new Error(`There is no key ${id}`);
  return key;
}

/** A list, so that no two places read the same. */
const boundTo = ({ appId, configId, key }: SealedPlace): Buffer =>
  Buffer.from(JSON.stringify([appId, configId, key]));
