/** Names of variables, as shells and POSIX have them. */
export const CONFIG_KEY_PATTERN = '^[A-Za-z_][A-Za-z0-9_]*$';

/** What the configuration of one app may hold. */
export const CONFIG_LIMITS = {
  keys: 500,
  keyLength: 256,
  /** Of one value. Linux takes 128 KiB for a variable with its name. */
  valueBytes: 64 * 1024,
  /** Of all names and values together. */
  totalBytes: 512 * 1024,
} as const;

/** Variables that the platform sets itself. */
export const isReservedKey = (key: string): boolean => key === 'PORT' || key.startsWith('RIG_');
