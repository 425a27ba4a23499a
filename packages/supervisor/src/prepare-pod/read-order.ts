import { POD_PREPARATION, type PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import { PreparationError } from './preparation-error.ts';

/**
 * What is to be fetched, as the environment says; null for nothing.
 * @throws PreparationError for an environment that says half of it
 */
export function readOrder(env: Readonly<Record<string, string | undefined>>): PodArtifact | null {
  const names = POD_PREPARATION.env;
  const url = env[names.url] ?? '';
  if (url === '') return null;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw wrong(names.url, 'is no URL of http or https');
  const key = env[names.key] ?? '';
  if (key === '') throw wrong(names.key, 'is missing');
  const sha256 = env[names.sha256] ?? '';
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw wrong(names.sha256, 'is no digest');
  const bytes = Number(env[names.bytes]);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw wrong(names.bytes, 'is no size');
  const authority = env[names.authority] ?? '';
  return { url, key, sha256, bytes, authority: authority === '' ? null : authority };
}

const wrong = (name: string, what: string): PreparationError =>
  new PreparationError(`The pod was told something that is of no use: ${name} ${what}.`, { passes: false });
