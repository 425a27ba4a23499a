import { CONFIG_KEY_PATTERN, CONFIG_LIMITS, isReservedKey } from '@rig-ops/contract/config-rules';
import { RigError } from '@rig-ops/contract/errors';
import type { ConfigChange } from '@rig-ops/contract/resources';

const KEY = new RegExp(CONFIG_KEY_PATTERN);

/** Checks what can be said of a change alone. No message has a value in it. @throws RigError `invalid_config`, `config_key_reserved` */
export function checkChange(change: ConfigChange): void {
  const seen = new Set<string>();
  for (const { key, value } of change.set ?? []) {
    checkKey(key);
    if (seen.has(key)) throw new RigError('invalid_config', `${key} is set twice.`);
    seen.add(key);
    if (value.includes('\0'))
      throw new RigError('invalid_config', `The value of ${key} has a NUL character.`);
    const bytes = Buffer.byteLength(value);
    if (bytes > CONFIG_LIMITS.valueBytes)
      throw new RigError(
        'invalid_config',
        `The value of ${key} has ${bytes} bytes; ${CONFIG_LIMITS.valueBytes} are allowed.`,
        { hint: 'Keep what is larger in a file or a store of objects, and set its address.' },
      );
  }
  for (const key of change.unset ?? []) {
    if (seen.has(key)) throw new RigError('invalid_config', `${shorten(key)} is both set and removed.`);
  }
}

/** Checks what a change leads to. @throws RigError `invalid_config` */
export function checkWhole(variables: readonly { key: string; value: string }[]): void {
  if (variables.length > CONFIG_LIMITS.keys)
    throw new RigError(
      'invalid_config',
      `That makes ${variables.length} variables; ${CONFIG_LIMITS.keys} are allowed.`,
    );
  const bytes = variables.reduce(
    (sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value) + 2,
    0,
  );
  if (bytes > CONFIG_LIMITS.totalBytes)
    throw new RigError(
      'invalid_config',
      `That makes ${bytes} bytes of variables; ${CONFIG_LIMITS.totalBytes} are allowed.`,
    );
}

function checkKey(key: string): void {
  if (!KEY.test(key) || key.length > CONFIG_LIMITS.keyLength)
    throw new RigError(
      'invalid_config',
      `${JSON.stringify(shorten(key))} is no name of a variable: letters, digits and underscores, not beginning with a digit, at most ${CONFIG_LIMITS.keyLength}.`,
    );
  if (isReservedKey(key)) throw new RigError('config_key_reserved', `${key} is set by the platform itself.`);
}

/** What stands where a name should may be a value that was put there by mistake. */
const shorten = (key: string): string => (key.length > 40 ? `${key.slice(0, 20)}…` : key);
