import type { ForwardAccepted, ForwardParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { ForwardPlace, ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import { type Channel, relay } from '@rig-ops/wire';
import type { Deployments, PortTarget } from '../deployments.ts';
import type { Engine } from '../engines/engine.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { newId } from '../ids.ts';
import { acceptedUpstream } from './accepted-upstream.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler, ChannelRequest } from './channel-handlers.ts';

export interface ForwardDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'portTargets'>;
  readonly engine: Pick<Engine, 'openForward'>;
  readonly audit: ChannelAudit;
}

/** Connects to a port of an app; its bytes pass through here untouched. */
export function serveForward(deps: ForwardDeps): ChannelHandler<'forward'> {
  return async (request) => {
    const { params } = request;
    const details: Record<string, unknown> = {
      session: newId('fwd'),
      ...(params.port === undefined ? {} : { port: params.port }),
      ...(params.check === true ? { check: true } : {}),
      ...(params.reason === undefined ? {} : { reason: params.reason }),
    };
    const about = { action: 'forward.open', target: `app/${params.app}`, details };
    // Before anything is tried: an access that cannot be recorded does not happen.
    await deps.audit.started(request, about);
    let accepted = false;
    try {
      const { upstream, place } = await connect(deps, request);
      Object.assign(details, place);
      const downstream = request.accept(place);
      accepted = true;
      const since = performance.now();
      await relay(downstream, upstream);
      details.seconds = Math.round((performance.now() - since) / 1000);
      await deps.audit.succeeded(request, about);
    } catch (error) {
      if (!accepted) await deps.audit.failed(request, about, error);
      throw error;
    }
  };
}

/** @throws RigError when the app, the instance or the port is not to be had */
async function connect(
  { apps, deployments, engine }: ForwardDeps,
  { params, signal }: ChannelRequest<'forward'>,
): Promise<{ upstream: Channel; place: ForwardAccepted }> {
  const app = await requireApp(apps, params.app);
  const targets = await deployments.portTargets(app, params);
  const upstream = await engine.openForward(specOf(targets, params));
  await acceptedUpstream(upstream, signal);
  const { instance, port } = (await upstream.accepted) as ForwardPlace;
  const { name = '' } = targets.find(({ id }) => id === instance) ?? {};
  return { upstream, place: { instance: name, port } };
}

/** @throws RigError `port_not_open` when no port was named and the instances have none of their own */
function specOf(targets: readonly PortTarget[], { port: wanted, check }: ForwardParams): ForwardSpec {
  const withPort = targets.flatMap(({ id, port: own }) => {
    const port = wanted ?? own;
    return port === null ? [] : [{ instance: id, port, own: port === own }];
  });
  if (withPort.length === 0) {
    const { name = '' } = targets[0] ?? {};
    throw new RigError('port_not_open', `${name} was given no PORT of its own.`, {
      hint: 'Name the number of a port that it listens on.',
    });
  }
  return { check: check === true, targets: withPort };
}
