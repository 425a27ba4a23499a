import { createHash } from 'node:crypto';
import type { RegistryCredentials } from '@rig-ops/docker';
import type { RegistryChallenge } from './registry-challenge.ts';
import { askRegistry, type ProxyEnvironment } from './registry-request.ts';

const MOST_BYTES = 256 * 1024;
/** What a token without an end is good for (distribution/spec/auth/token). */
const USUAL_SECONDS = 60;
/** Clocks differ, and a request takes its time. */
const EARLY_SECONDS = 10;
const MOST_TOKENS = 100;

type BearerChallenge = Extract<RegistryChallenge, { scheme: 'bearer' }>;

/** The header that tells a registry who asks; undefined for anybody. */
export const basicHeader = (credentials: RegistryCredentials | null): string | undefined =>
  credentials === null || !('username' in credentials)
    ? undefined
    : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;

/** Tokens that registries have others give out, for as long as they are good. */
export class RegistryTokens {
  readonly #known = new Map<string, { token: string; until: number }>();
  readonly #environment: ProxyEnvironment;

  constructor(environment: ProxyEnvironment) {
    this.#environment = environment;
  }

  /**
   * @param origin of the registry; what is told to it may be told to a realm that is no less well kept
   * @returns null where the realm gives none to these credentials
   * @throws as `askRegistry` does
   */
  async tokenFor(
    challenge: BearerChallenge,
    {
      credentials,
      origin,
      scope,
    }: { credentials: RegistryCredentials | null; origin: string; scope: string },
    signal: AbortSignal,
  ): Promise<string | null> {
    const realm = new URL(challenge.realm);
    if (realm.protocol !== 'https:' && !origin.startsWith('http:'))
      throw new Error(`it wants credentials told to ${realm.origin}, which has no TLS`);
    const key = createHash('sha256')
      .update(JSON.stringify([challenge, scope, credentials]))
      .digest('hex');
    const known = this.#known.get(key);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const wanted = { service: challenge.service, scope: challenge.scope ?? scope };
    const answer =
      credentials !== null && 'identitytoken' in credentials
        ? await this.#refresh(realm, wanted, credentials.identitytoken, signal)
        : await this.#ask(realm, wanted, basicHeader(credentials), signal);
    if (answer.status >= 500) throw new Error(`its realm ${realm.host} answers with ${answer.status}`);
    if (answer.status !== 200) return null;
    const said = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>;
    const token = [said['token'], said['access_token']].find(
      (each) => typeof each === 'string' && each !== '',
    );
    if (typeof token !== 'string') return null;
    const seconds = typeof said['expires_in'] === 'number' ? said['expires_in'] : USUAL_SECONDS;
    if (this.#known.size >= MOST_TOKENS) this.#known.clear();
    this.#known.set(key, { token, until: Date.now() + (seconds - EARLY_SECONDS) * 1000 });
    return token;
  }

  async #ask(
    realm: URL,
    { scope, service }: { service: string | null; scope: string },
    authorization: string | undefined,
    signal: AbortSignal,
  ) {
    const url = new URL(realm);
    if (service !== null) url.searchParams.set('service', service);
    for (const each of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', each);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const request = { method: 'GET' as const, url: url.href, headers, mostBytes: MOST_BYTES };
    return await askRegistry(request, this.#environment, signal);
  }

  /** What `docker login` keeps of a registry that gives no password back. */
  async #refresh(
    realm: URL,
    { scope, service }: { service: string | null; scope: string },
    identity: string,
    signal: AbortSignal,
  ) {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: identity,
      client_id: 'rig',
      ...(scope === '' ? {} : { scope }),
      ...(service === null ? {} : { service }),
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST' as const, url: realm.href, headers, body, mostBytes: MOST_BYTES };
    return await askRegistry(request, this.#environment, signal);
  }
}
