import type { RigClient } from '@rig-ops/client';
import type { NewApp } from './new-app.ts';

export interface GivenDomains {
  app: string;
  /** What the app is still to be created with; null when it is there. */
  newApp: NewApp | null;
  /** Host names that somebody has asked for. */
  domains: readonly string[];
  signal: AbortSignal;
}

/**
 * Before anything goes up: creates a new app with its host names, and makes sure that one that is there can
 * have those asked for.
 * @throws RigError of `createApp`; `domain_taken`, `invalid_domain`
 */
export async function prepareApp(client: RigClient, options: GivenDomains): Promise<void> {
  const { app, domains, newApp, signal } = options;
  if (newApp !== null) {
    const all = [...new Set([...(newApp.domains ?? []), ...domains])];
    const body = { ...newApp, ...(all.length === 0 ? {} : { domains: all }) };
    await client.call('createApp', { body, signal });
  } else if (domains.length > 0)
    await client.call('changeDomains', {
      params: { app },
      body: { add: [...domains], check: true },
      signal,
    });
}

/** Once the release is live, so that a deploy that fails has changed nothing. */
export async function giveDomains(
  client: RigClient,
  { app, domains, newApp, signal }: GivenDomains,
): Promise<void> {
  if (newApp !== null || domains.length === 0) return;
  await client.call('changeDomains', { params: { app }, body: { add: [...domains] }, signal });
}
