import { RigError } from '@rig-ops/contract/errors';
import { EMBEDDED } from './contexts-file.ts';

/** `NAME_PATTERN` of contract, repeated because the resources it lives with load a schema library. */
const namePattern = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Throws `invalid_name`. */
export function checkContextName(name: string): void {
  if (namePattern.test(name)) return;
  throw new RigError('invalid_name', `"${name}" cannot be the name of a context.`);
}

/** A name for the platform at a URL that is not taken: its host, with what names do not have replaced. */
export function nameForHost(url: URL, taken: readonly string[]): string {
  const words = url.hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const base = (/^[a-z]/.test(words) ? words : `host-${words}`).slice(0, 36).replace(/-+$/, '');
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (name !== EMBEDDED && !taken.includes(name)) return name;
  }
}
