import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { User } from '@kubernetes/client-node';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { RigError } from '@rig-ops/contract/errors';
import type { ClusterAccess } from './kubeconfig.ts';

/** How a request is to be made so that the API server knows whom it is from. */
export interface Credentials {
  headers: Record<string, string>;
  tls: SecureContextOptions & { rejectUnauthorized?: boolean; servername?: string };
  /** A connection through something else than the network: a proxy. */
  agent: Agent | null;
}

/** Tokens of service accounts are exchanged while they are used. As long as client-go keeps one. */
const TOKEN_MS = 60_000;

/** Answers credentials that hold now, and forgets what the API server does not take any more. */
export class CredentialSource {
  readonly #access: ClusterAccess;
  #plugin = new ExecAuth();
  #token: { text: string; until: number } | null = null;
  #official: Promise<(options: OfficialOptions) => Promise<void>> | null = null;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** @throws RigError `kubeconfig_invalid`, `cluster_not_authenticated` */
  async current(): Promise<Credentials> {
    const { cluster, user } = this.#access;
    if (cluster.proxyUrl !== undefined || isOfficial(user)) return await this.#askOfficial();
    const { token, cert, key } = await this.#own(user);
    const { servername, ca } = { servername: cluster.tlsServerName, ca: pem(cluster.caFile, cluster.caData) };
    return {
      headers: { ...authorization(user, token), ...impersonation(user) },
      tls: {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
        ...(servername === undefined ? {} : { servername }),
      },
      agent: null,
    };
  }

  /** They were refused: whatever can be had anew is. */
  forget(): void {
    this.#plugin = new ExecAuth();
    this.#token = null;
    this.#official = null;
  }

  async #own(user: User): Promise<{ token?: string; cert?: Secret; key?: Secret }> {
    if (user.exec !== undefined && user.exec !== null) return await this.#askPlugin(user);
    const cert = pem(user.certFile, user.certData);
    const key = pem(user.keyFile, user.keyData);
    const token = this.#readToken(user) ?? user.token;
    return {
      ...(token === undefined || token === null ? {} : { token: token.trim() }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
  }

  #readToken({ authProvider }: User): string | undefined {
    const path = (authProvider as { config?: { tokenFile?: string } } | undefined)?.config?.tokenFile;
    if (path === undefined) return undefined;
    if (this.#token === null || this.#token.until < performance.now())
      this.#token = { text: read(path).toString(), until: performance.now() + TOKEN_MS };
    return this.#token.text;
  }

  async #askPlugin(user: User): Promise<{ token?: string; cert?: Secret; key?: Secret }> {
    const exec = user.exec as { apiVersion?: string; command?: string; env?: object[] };
    const told = {
      kind: 'ExecCredential',
      apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
      spec: { interactive: false },
    };
    // Plugins of today refuse to work without it.
    const env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(told) }];
    const options: OfficialOptions = {};
    try {
      await this.#plugin.applyAuthentication({ ...user, exec: { ...exec, env } }, options);
    } catch (error) {
      throw new RigError(
        'cluster_not_authenticated',
        `${exec.command} gives no credentials for the cluster: ${(error as Error).message.trim()}.`,
        { hint: 'Sign in with it once by hand, then try again.', cause: error },
      );
    }
    const token = options.headers?.['Authorization']?.replace(/^Bearer /, '');
    return {
      ...(token === undefined ? {} : { token }),
      ...(options.cert === undefined ? {} : { cert: options.cert }),
      ...(options.key === undefined ? {} : { key: options.key }),
    };
  }

  /** Sign-in by OpenID Connect, and proxies: the whole of the official client, which takes 80 MB. */
  async #askOfficial(): Promise<Credentials> {
    this.#official ??= loadOfficial(this.#access);
    const options: OfficialOptions = {};
    try {
      await (await this.#official)(options);
    } catch (error) {
      throw new RigError(
        'kubeconfig_invalid',
        `The kubeconfig cannot be used: ${(error as Error).message}.`,
        {
          cause: error,
        },
      );
    }
    const { headers = {}, agent = null } = options;
    return { headers, agent, tls: {} };
  }
}

type Secret = string | Buffer;

interface OfficialOptions {
  headers?: Record<string, string>;
  cert?: Secret;
  key?: Secret;
  agent?: Agent;
}

async function loadOfficial({
  text,
  context,
}: ClusterAccess): Promise<(options: OfficialOptions) => Promise<void>> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(text);
  config.setCurrentContext(context);
  return async (options) => await config.applyToHTTPSOptions(options);
}

const isOfficial = ({ authProvider }: User): boolean => {
  const given = authProvider as { config?: { tokenFile?: string } } | null | undefined;
  return given !== undefined && given !== null && given.config?.tokenFile === undefined;
};

function authorization(user: User, token: string | undefined): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (user.username === undefined || user.username === null) return {};
  const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

const impersonation = ({ impersonateUser }: User): Record<string, string> =>
  impersonateUser === undefined || impersonateUser === null ? {} : { 'impersonate-user': impersonateUser };

function pem(file: string | undefined | null, data: string | undefined | null): Buffer | undefined {
  if (data !== undefined && data !== null && data !== '') return Buffer.from(data, 'base64');
  return file === undefined || file === null || file === '' ? undefined : read(file);
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new RigError('kubeconfig_invalid', `The kubeconfig names ${path}, which cannot be read.`, {
      cause: error,
    });
  }
}
