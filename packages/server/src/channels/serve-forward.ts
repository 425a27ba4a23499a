import type { ForwardAccepted, ForwardParams } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { ForwardPlace, ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import { type Channel, relay } from '@rig-ops/wire';
import type { Deployments, PortTarget } from '../deployments.ts';
import type { PlatformEngines } from '../engines/platform-engines.ts';
import type { SessionPolicy, SessionRequest } from '../features/access-policies/session-policy.ts';
import type { AppRecord, AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { newId } from '../ids.ts';
import { acceptedUpstream } from './accepted-upstream.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler, ChannelRequest } from './channel-handlers.ts';
import { type Forward, OpenForwards } from './open-forwards.ts';
import { watchTerms } from './watch-terms.ts';

export interface ForwardDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'portTargets'>;
  readonly engines: Pick<PlatformEngines, 'of'>;
  readonly audit: ChannelAudit;
  readonly policy: SessionPolicy;
}

type Request = ChannelRequest<'forward'>;

/** Begins forwards and carries their connections, whose bytes pass through here untouched. */
export function serveForward(deps: ForwardDeps): ChannelHandler<'forward'> {
  const forwards = new OpenForwards();
  return async (request) => {
    const { forward } = request.params;
    if (forward === undefined) await begin(deps, request, forwards);
    else await connect(deps, request, forwards.require(forward, request.identity.userId, request.params.app));
  };
}

/** Decided and recorded once for all connections of it. */
async function begin(deps: ForwardDeps, request: Request, forwards: OpenForwards): Promise<void> {
  const { params, identity } = request;
  const id = newId('fwd');
  const details: Record<string, unknown> = { forward: id, ...namesOf(params) };
  const about = { action: 'forward.start', target: `app/${params.app}`, details };
  const decided = async () => {
    const app = await requireApp(deps.apps, params.app);
    // Before the policy, which uses up an approval: what is not there cannot be had with one either.
    await deps.deployments.portTargets(app, params);
    const asked = requestOf(request, app);
    const terms = await deps.policy.decide(asked);
    if (terms.approval !== null) details.approval = terms.approval;
    // An access that cannot be recorded does not happen.
    await deps.audit.started(request, about);
    return { app, asked, terms };
  };
  const { app, asked, terms } = await decided().catch(async (error: unknown) => {
    await deps.audit.failed(request, about, error);
    throw error;
  });
  const forward = forwards.add({ id, userId: identity.userId, params });
  const end = { ...about, action: 'forward.end' };
  try {
    const channel = request.accept(await lookAt(deps, request, app, id));
    const stopWatching = watchTerms({
      terms,
      recheck: () => deps.policy.recheck({ ...asked, identity: request.identity }),
      idleSince: () => forward.idleSince,
      onOver: (error) => channel.close(toErrorDocument(error)),
    });
    const error = await channel.closed;
    stopWatching();
    Object.assign(details, error === undefined ? {} : { ended: error.code });
  } catch (error) {
    Object.assign(details, { ended: toErrorDocument(error).code });
    throw error;
  } finally {
    forward.end();
    Object.assign(details, forward.counts);
    await deps.audit.succeeded(request, end);
  }
}

async function connect(deps: ForwardDeps, request: Request, forward: Forward): Promise<void> {
  const app = await requireApp(deps.apps, request.params.app);
  const signal = AbortSignal.any([request.signal, forward.over]);
  const { upstream, place } = await openUpstream(deps, app, forward.params, { check: false, signal });
  const downstream = request.accept({
    forward: forward.id,
    ...place,
    problem: null,
  } satisfies ForwardAccepted);
  const onOver = () => {
    const ended = new RigError('connection_lost', 'The forward has ended.');
    upstream.close(toErrorDocument(ended));
    downstream.close(toErrorDocument(ended));
  };
  forward.over.addEventListener('abort', onOver, { once: true });
  forward.opened();
  const bytes = await relay(downstream, upstream);
  forward.over.removeEventListener('abort', onOver);
  forward.closed(bytes);
}

/** Where it goes as things are; that nothing listens there yet is no reason not to begin. */
async function lookAt(
  deps: ForwardDeps,
  { params, signal }: Request,
  app: AppRecord,
  forward: string,
): Promise<ForwardAccepted> {
  try {
    const { upstream, place } = await openUpstream(deps, app, params, { check: true, signal });
    upstream.close();
    return { forward, ...place, problem: null };
  } catch (error) {
    if (!isRigError(error) || !MAYBE_LATER.has(error.code)) throw error;
    const { code, message, hint } = toErrorDocument(error);
    return { forward, instance: null, port: null, problem: { code, message, hint } };
  }
}

const MAYBE_LATER: ReadonlySet<string> = new Set(['port_not_open', 'remote_target_gone']);

async function openUpstream(
  { deployments, engines }: ForwardDeps,
  app: AppRecord,
  params: ForwardParams,
  { check, signal }: { check: boolean; signal: AbortSignal },
): Promise<{ upstream: Channel; place: { instance: string; port: number } }> {
  const targets = await deployments.portTargets(app, params);
  const upstream = await engines.of(app.network).openForward(specOf(targets, params, check));
  await acceptedUpstream(upstream, signal);
  const { instance, port } = (await upstream.accepted) as ForwardPlace;
  const { name = '' } = targets.find(({ id }) => id === instance) ?? {};
  return { upstream, place: { instance: name, port } };
}

/** @throws RigError `port_not_open` when no port was named and the instances have none of their own */
function specOf(
  targets: readonly PortTarget[],
  { port: wanted }: ForwardParams,
  check: boolean,
): ForwardSpec {
  const withPort = targets.flatMap(({ id, inImage, port: own }) => {
    const port = wanted ?? own;
    return port === null ? [] : [{ instance: id, port, own: port === own && !inImage }];
  });
  if (withPort.length === 0) {
    const { name = '' } = targets[0] ?? {};
    throw new RigError('port_not_open', `${name} was given no PORT of its own.`, {
      hint: 'Name the number of a port that it listens on.',
    });
  }
  return { check, targets: withPort };
}

const namesOf = ({ process, instance, port, reason }: ForwardParams) => ({
  ...(process === undefined ? {} : { process }),
  ...(instance === undefined ? {} : { instance }),
  ...(port === undefined ? {} : { port }),
  ...(reason === undefined ? {} : { reason }),
});

function requestOf({ identity, source, requestId, params }: Request, app: AppRecord): SessionRequest {
  const { process, instance, port } = params;
  return {
    identity,
    source,
    requestId,
    kind: 'forward',
    target: { kind: 'app', id: app.id, app: app.name, network: app.network },
    argv: null,
    env: {},
    cwd: null,
    particulars: {
      port: port === undefined ? 'PORT' : String(port),
      ...(process === undefined ? {} : { process }),
      ...(instance === undefined ? {} : { instance }),
    },
    reason: params.reason ?? null,
    approval: params.approval ?? null,
  };
}
