import { readFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { EngineKind, ListenSettings, PodSettings } from '@rig-ops/contract/supervisor';
import { checkDatabaseUrl } from '../embedded/database-url.ts';
import { checkPodUrl } from '../embedded/pod-settings.ts';
import { checkRegistry } from '../embedded/registry-setting.ts';
import { ownServiceUrl } from './own-service.ts';

/** How a platform runs in a container, as its environment says. */
export interface ContainerSettings {
  rigHome: string;
  listen: ListenSettings;
  edge: { host: string; port: number };
  /** Where probes are answered. */
  probes: { host: string; port: number };
  engine: EngineKind;
  pods: PodSettings;
  /** Where images that are built are pushed to; null for nowhere. */
  registry: string | null;
  /** File with credentials for registries of images, as `docker login` writes it; null for none. */
  dockerConfig: string | null;
  /** Null for SQLite in the folder of the platform. */
  databaseUrl: string | null;
}

const ENGINES: readonly string[] = ['process', 'docker', 'kubernetes'];

type Environment = Readonly<Record<string, string | undefined>>;

const bad = (name: string, what: string): RigError =>
  new RigError('invalid_input', `${name} ${what}.`, { hint: 'See "Settings" in docs/kubernetes.md.' });

function readAddress(env: Environment, name: string, usual: string): { host: string; port: number } {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^:\s[\]]+)):(\d{1,5})$/i.exec(env[name] || usual) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(digits) > 65_535) throw bad(name, 'is no ADDRESS:PORT');
  return { host, port: Number(digits) };
}

/** @throws RigError `invalid_input`, `tls_required`, `config_unreadable` */
export async function readContainerSettings(env: Environment): Promise<ContainerSettings> {
  const given = (name: string): string | null => env[name] || null;
  const [cert, key] = [given('RIG_TLS_CERT'), given('RIG_TLS_KEY')];
  if ((cert === null) !== (key === null)) throw bad('RIG_TLS_CERT and RIG_TLS_KEY', 'belong together');
  const tls = cert === null || key === null ? null : { cert, key };
  const insecure = given('RIG_INSECURE') === '1';
  if (tls === null && !insecure) {
    throw new RigError('tls_required', 'The API would be reached without TLS.', {
      hint: 'Name RIG_TLS_CERT and RIG_TLS_KEY, or set RIG_INSECURE=1 where something in front has TLS.',
    });
  }
  const engine = env.RIG_ENGINE || 'process';
  if (!isEngine(engine)) throw bad('RIG_ENGINE', `is none of ${ENGINES.join(', ')}`);
  const url = given('RIG_POD_URL') ?? (await ownServiceUrl(env, tls !== null));
  const registry = given('RIG_REGISTRY');
  return {
    rigHome: env.RIG_HOME || '/var/lib/rig',
    listen: {
      ...readAddress(env, 'RIG_LISTEN', '0.0.0.0:7443'),
      tls,
      insecure,
      publicUrl: readPublicUrl(given('RIG_PUBLIC_URL')),
    },
    edge: readAddress(env, 'RIG_EDGE_LISTEN', '0.0.0.0:8080'),
    probes: readAddress(env, 'RIG_PROBE_LISTEN', '0.0.0.0:7444'),
    engine,
    pods: {
      url: url === null ? null : checkPodUrl(url, 'RIG_POD_URL'),
      authority: given('RIG_POD_AUTHORITY'),
      image: given('RIG_POD_IMAGE'),
    },
    registry: registry === null ? null : checkRegistry(registry, 'RIG_REGISTRY'),
    dockerConfig: given('RIG_DOCKER_CONFIG'),
    databaseUrl: await readDatabaseUrl(given('RIG_DATABASE_URL'), given('RIG_DATABASE_URL_FILE')),
  };
}

function readPublicUrl(text: string | null): string | null {
  const url = URL.parse(text ?? '');
  if (text === null || (url?.protocol === 'https:' && url.href === `${url.origin}/`))
    return url?.origin ?? null;
  throw bad('RIG_PUBLIC_URL', 'is no https://HOST');
}

async function readDatabaseUrl(url: string | null, path: string | null): Promise<string | null> {
  if (path === null) return url === null ? null : checkDatabaseUrl(url, 'RIG_DATABASE_URL');
  try {
    return checkDatabaseUrl((await readFile(path, 'utf8')).trim(), path);
  } catch (cause) {
    if (cause instanceof RigError) throw cause;
    throw new RigError('config_unreadable', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const isEngine = (text: string): text is EngineKind => ENGINES.includes(text);
