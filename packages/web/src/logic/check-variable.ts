import { CONFIG_KEY_PATTERN, CONFIG_LIMITS, isReservedKey } from '@rig-ops/contract/config-rules';

/** What is wrong with the name of a variable as somebody types it; null when nothing is. */
export function wrongWithKey(key: string): string | null {
  if (key === '') return 'A variable has a name.';
  if (!new RegExp(CONFIG_KEY_PATTERN).test(key))
    return 'Letters, digits and underscores, and no digit first: DATABASE_URL.';
  if (key.length > CONFIG_LIMITS.keyLength) return `At most ${CONFIG_LIMITS.keyLength} characters.`;
  return isReservedKey(key) ? 'The platform sets this one itself.' : null;
}
