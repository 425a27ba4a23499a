import type { CommandParams, ShellParams, Terminal } from '@rig-ops/contract/channels';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { KillSessionRequest, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { type Clock, timestampOf } from '../clock.ts';
import type { Engine, ImagePlacement } from '../engines/engine.ts';
import type { PlatformEngines } from '../engines/platform-engines.ts';
import type { SessionPolicy } from '../features/access-policies/session-policy.ts';
import type { AppRecord } from '../features/apps/app-store.ts';
import type { RecordingService } from '../features/recordings/recording-service.ts';
import type { SessionKeeper } from '../features/sessions/session-keeper.ts';
import { limitsOf, type SessionSettings } from '../features/sessions/session-settings.ts';
import type { SessionRow, SessionStore } from '../features/sessions/session-store.ts';
import { newId } from '../ids.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelRequest } from './channel-handlers.ts';
import { type Abandon, acceptedUpstream } from './accepted-upstream.ts';
import { relaySession } from './relay-session.ts';
import { placeOf } from './session-place.ts';

export interface BeginSessionDeps {
  readonly engine: Pick<Engine, 'killSession'>;
  readonly engines: Pick<PlatformEngines, 'of' | 'placed'>;
  readonly sessions: SessionStore;
  readonly keeper: Pick<SessionKeeper, 'starting' | 'hasEnded'>;
  readonly audit: ChannelAudit;
  readonly settings: SessionSettings;
  readonly recordings: Pick<RecordingService, 'plan' | 'drop'>;
  readonly policy: Pick<SessionPolicy, 'decide'>;
  readonly clock: Clock;
}

/** Where a session is to run, and what. */
export interface SessionPlan {
  readonly app: AppRecord | null;
  readonly network: string;
  /** Null for none. */
  readonly instance: string | null;
  readonly instanceName: string | null;
  readonly process: string | null;
  readonly release: number | null;
  readonly argv: string[];
  /** Without what looks like a secret. */
  readonly shownArgv: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** For an engine of images; absent on another. */
  readonly image?: ImagePlacement;
}

export interface SessionOrder {
  readonly request: ChannelRequest<'shell' | 'command'>;
  readonly kind: 'shell' | 'command';
  readonly terminal: Terminal | null;
  readonly timeoutMs: number | null;
  /** As it is told in the audit log: `app/shop`. */
  readonly target: string;
  /** What the audit log is to know of it; what becomes known later is added. */
  readonly details: Record<string, unknown>;
  /** @throws RigError when there is no such place */
  readonly plan: () => Promise<SessionPlan>;
}

/**
 * The one way in which sessions begin: place and terms are found out, the event in the audit log is made durable, and
 * only then is anything started. How it ends is noted by the keeper, whoever is there then.
 */
export async function beginSession(deps: BeginSessionDeps, order: SessionOrder): Promise<void> {
  const { audit } = deps;
  const { request, target, details } = order;
  const id = newId('ses');
  details.session = id;
  const about = { action: 'session.start', target, details };
  let recorded = false;
  const abandon: Abandon = (upstream) => {
    // Nobody knows of it yet, also of one that would go on by itself.
    if (request.params.detach === true) void deps.engine.killSession(id, NOBODY_THERE).catch(() => undefined);
    upstream.close();
  };
  const start = async () => {
    const { row, spec, image } = await prepare(deps, order, id);
    await audit.started(request, about);
    recorded = true;
    await deps.sessions.create(row, deps.settings, (other) => deps.keeper.hasEnded(other));
    try {
      const upstream = await deps.engines
        .of(spec.network)
        .openSession(spec, deps.engines.placed(spec.network, image));
      return { upstream, accepted: await acceptedUpstream(upstream, request.signal, abandon) };
    } catch (error) {
      await deps.sessions.remove(id);
      throw error;
    }
  };
  const { upstream, accepted } = await deps.keeper.starting(id, async () => {
    try {
      return await start();
    } catch (error) {
      await deps.recordings.drop(id).catch(() => undefined);
      // Where the log cannot be written to, the event of the failure could not be either.
      if (recorded || !isOfDisk(error)) await audit.failed(request, about, error);
      throw error;
    }
  });
  await relaySession(request.accept, accepted, upstream, abandon);
}

const NOBODY_THERE: KillSessionRequest = { why: 'killed', graceMs: 2_000 };
const isOfDisk = (error: unknown) => isRigError(error) && error.code === 'disk_full';

async function prepare(
  { clock, engines, policy, recordings, settings }: BeginSessionDeps,
  { request, kind, terminal, timeoutMs, details, plan }: SessionOrder,
  id: string,
): Promise<{ row: SessionRow; spec: SessionSpec; image: ImagePlacement | undefined }> {
  const { identity, params, source } = request;
  const planned = await plan();
  refuseUser(params, engines.of(planned.network));
  const { app, network, instanceName, release, argv, shownArgv } = planned;
  Object.assign(details, { instance: instanceName, release, argv: shownArgv });
  const terms = await policy.decide({
    identity,
    source,
    requestId: request.requestId,
    kind,
    target:
      app === null
        ? { kind: 'network', network }
        : { kind: 'app', id: app.id, app: app.name, network: app.network },
    argv: kind === 'shell' ? null : argv,
    env: params.env ?? {},
    cwd: params.cwd ?? null,
    particulars: params.user === undefined ? {} : { user: params.user },
    reason: params.reason ?? null,
    approval: params.approval ?? null,
  });
  if (terms.approval !== null) details.approval = terms.approval;
  const mode = terms.recording === 'off' && params.record === true ? 'optional' : terms.recording;
  if (mode !== 'off') details.recording = mode;
  const recording =
    mode === 'off'
      ? null
      : await recordings.plan(id, { terminal: terminal !== null, required: mode === 'required' });
  const limits = limitsOf(settings, terminal !== null, terms.limits);
  const startedAt = timestampOf(clock);
  const told = {
    id,
    kind,
    user: identity.user,
    app: app?.name ?? null,
    network,
    process: planned.process,
    release,
    reason: params.reason ?? null,
    limits,
  };
  const spec: SessionSpec = {
    ...told,
    client: { id: newId('cli'), user: identity.user, address: source.client },
    appId: app?.id ?? null,
    instanceName,
    instance: planned.instance,
    argv,
    shownArgv,
    ...placeOf(planned, params),
    terminal,
    detach: params.detach ?? false,
    timeoutMs,
    recording,
    untold: false,
    ...(params.user === undefined ? {} : { runAs: params.user }),
  };
  const row: SessionRow = {
    ...told,
    userId: identity.userId,
    tokenId: identity.token.id,
    appId: app?.id ?? null,
    instance: instanceName,
    argv: shownArgv,
    terminal: terminal && { columns: terminal.columns, rows: terminal.rows },
    detached: spec.detach,
    containment: 'processes',
    client: source.client,
    invocationId: source.invocationId,
    requestId: request.requestId,
    startedAt,
    lastActiveAt: startedAt,
    endedAt: null,
    exitCode: null,
    signal: null,
    end: null,
    bytes: { stdin: 0, stdout: 0, stderr: 0 },
  };
  return { row, spec, image: planned.image };
}

/** @throws RigError `user_not_supported` */
function refuseUser(
  { user }: ShellParams | CommandParams,
  { capabilities }: Pick<Engine, 'capabilities'>,
): void {
  if (user === undefined || capabilities.users) return;
  throw new RigError(
    'user_not_supported',
    `What is there runs all of an app as one user, so nothing can be run as ${JSON.stringify(user)}.`,
  );
}
