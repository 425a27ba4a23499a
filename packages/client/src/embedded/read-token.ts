import { readFileSync } from 'node:fs';
import type { PlatformLayout } from '@rig-ops/contract/layout';

/** Null when the platform was never started here. */
export async function readToken(layout: PlatformLayout): Promise<string | null> {
  try {
    const token = readFileSync(layout.token, 'utf8').trim();
    return token === '' ? null : token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
