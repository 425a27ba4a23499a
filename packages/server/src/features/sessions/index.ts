import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import type { ChannelAudit } from '../../channels/channel-audit.ts';
import type { ChannelHandlers } from '../../channels/channel-handlers.ts';
import { serveAttach } from '../../channels/serve-attach.ts';
import { serveCommand } from '../../channels/serve-command.ts';
import { serveShell } from '../../channels/serve-shell.ts';
import type { Clock } from '../../clock.ts';
import type { Deployments } from '../../deployments.ts';
import type { Engine, EngineCapabilities } from '../../engines/engine.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { SessionPolicy } from '../access-policies/session-policy.ts';
import type { SessionReauthorizer } from '../access-policies/session-reauthorizer.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { NetworkStore } from '../networks/network-store.ts';
import type { RecordingService } from '../recordings/recording-service.ts';
import { shellImage } from '../images/shell-image.ts';
import type { Images } from '../images/open-images.ts';
import { environmentInImage, environmentInNetwork } from './environment-in-network.ts';
import { keepSessionsAllowed, type SessionAuthority } from './keep-sessions-allowed.ts';
import { routesOfSessions } from './routes-of-sessions.ts';
import { SessionKeeper } from './session-keeper.ts';
import { SessionService } from './session-service.ts';
import { readSessionSettings } from './session-settings.ts';
import { SqlSessionStore } from './sql-session-store.ts';

/** Whoever waits for a shell does not wait longer for its image. */
const PULL_MS = 120_000;

export interface SessionsDeps {
  readonly db: Kysely<Database>;
  readonly layout: PlatformLayout;
  readonly engine: Engine;
  readonly engines: PlatformEngines;
  readonly deployments: Pick<Deployments, 'mirror' | 'neighboursIn' | 'resolveSession'>;
  /** Null where nothing runs in images of a daemon. */
  readonly images: Pick<Images, 'docker' | 'keys'> | null;
  /** Image of rig itself, for pods; null, the default, where nobody has said one. */
  readonly podImage?: string | null;
  readonly recordings: RecordingService;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SessionChannelsDeps {
  readonly apps: AppStore;
  readonly networks: Pick<NetworkStore, 'get'>;
  readonly audit: ChannelAudit;
  readonly policy: SessionPolicy;
  readonly baseEnvironment: Record<string, string>;
  readonly node: string;
}

/** Puts sessions together: their history, how their ends are noted, their routes and channels. */
export async function createSessions({
  db,
  layout,
  engine,
  engines,
  deployments,
  images,
  podImage = null,
  recordings,
  audit,
  clock,
  log,
}: SessionsDeps) {
  const settings = await readSessionSettings(layout.sessionLimits);
  const store = new SqlSessionStore(db);
  const { mirror } = deployments;
  const { historyDays } = settings;
  const keeper = new SessionKeeper({
    mirror,
    engine,
    sessions: store,
    recordings,
    audit,
    clock,
    log,
    historyDays,
  });
  const life = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let reauthorizer: SessionReauthorizer | undefined;
  return {
    store,
    routes: routesOfSessions(new SessionService({ sessions: store, recordings, engine })),
    channels(deps: SessionChannelsDeps): Pick<ChannelHandlers, 'shell' | 'command' | 'attach'> {
      const begin = {
        ...deps,
        engine,
        engines,
        sessions: store,
        keeper,
        settings,
        recordings,
        clock,
        deployments,
      };
      return {
        shell: serveShell({ ...begin, planInNetwork: (network) => planInNetwork(network, deps) }),
        command: serveCommand(begin),
        attach: serveAttach({ ...deps, sessions: store, engine }),
      };
    },
    /** @param authority who knows whether sessions that run are still allowed */
    start(authority: SessionAuthority) {
      running = keeper.run(life.signal);
      reauthorizer = keepSessionsAllowed({ ...authority, sessions: store, engine, audit, log });
      reauthorizer.start();
    },
    async stop() {
      life.abort();
      await Promise.all([running, reauthorizer?.stop()]);
    },
  };

  async function planInNetwork(network: string, { networks, baseEnvironment, node }: SessionChannelsDeps) {
    if ((await networks.get(network)) === undefined) {
      throw new RigError('network_not_found', `There is no network named ${network}.`);
    }
    const urls = await deployments.neighboursIn(network);
    const place = { instance: null, instanceName: null, process: null, release: null };
    const image = await imageOfShell(engines.of(network).capabilities);
    if (image !== null) {
      const env = environmentInImage({ network, apps: [...urls.keys()] });
      return {
        ...place,
        app: null,
        network,
        cwd: '',
        env,
        image: { image, network, aliases: [], port: null },
      };
    }
    const env = environmentInNetwork({ network, urls, baseEnvironment, node });
    return { ...place, app: null, network, cwd: '.', env };
  }

  /** Null where shells in a network are programs of this machine. @throws RigError `image_required`, `base_image_missing`, `docker_…` */
  async function imageOfShell({
    fetchesFiles,
    images: inImages,
  }: EngineCapabilities): Promise<string | null> {
    if (!inImages) return null;
    if (!fetchesFiles) return images === null ? null : await shellImage(images, AbortSignal.timeout(PULL_MS));
    if (podImage !== null) return podImage;
    throw new RigError('image_required', 'There is no image for a shell in this network.', {
      hint: 'Name the one of rig: `rig platform start --pod-image IMAGE`.',
    });
  }
}
