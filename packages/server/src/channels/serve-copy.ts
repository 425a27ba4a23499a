import type { CopyAccepted, CopyExit, CopyParams } from '@rig-ops/contract/channels';
import { type Channel, relay } from '@rig-ops/wire';
import type { Deployments, PortTarget } from '../deployments.ts';
import type { Engine } from '../engines/engine.ts';
import type {
  SessionPolicy,
  SessionRequest,
  SessionTerms,
} from '../features/access-policies/session-policy.ts';
import type { AppRecord, AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { newId } from '../ids.ts';
import { acceptedUpstream } from './accepted-upstream.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler, ChannelRequest } from './channel-handlers.ts';
import { watchTerms } from './watch-terms.ts';
import { toErrorDocument } from '@rig-ops/contract/errors';

export interface CopyDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'portTargets'>;
  readonly engine: Pick<Engine, 'openCopy'>;
  readonly audit: ChannelAudit;
  readonly policy: SessionPolicy;
}

type Request = ChannelRequest<'copy'>;

interface Decided {
  asked: SessionRequest;
  target: PortTarget;
  terms: SessionTerms;
}

/** Copies files to and from an instance; their bytes pass through here untouched. */
export function serveCopy(deps: CopyDeps): ChannelHandler<'copy'> {
  return async (request) => {
    const { params } = request;
    const session = newId('cpy');
    const details: Record<string, unknown> = { session, ...namesOf(params) };
    const about = { action: 'copy.start', target: `app/${params.app}`, details };
    const decided = await decide(deps, request, details).catch(async (error: unknown) => {
      await deps.audit.failed(request, about, error);
      throw error;
    });
    // An access that cannot be recorded does not happen.
    await deps.audit.started(request, about);
    const end = { ...about, action: 'copy.end' };
    let exit: CopyExit;
    try {
      exit = await carry(deps, request, { session, ...decided });
    } catch (error) {
      await deps.audit.failed(request, end, error);
      throw error;
    }
    const { files, bytes, leftCount } = exit;
    Object.assign(details, { files, bytes, left: leftCount });
    await deps.audit.succeeded(request, end);
  };
}

async function decide(
  { apps, deployments, policy }: CopyDeps,
  request: Request,
  details: Record<string, unknown>,
): Promise<Decided> {
  const { params } = request;
  const app = await requireApp(apps, params.app);
  const [target] = await deployments.portTargets(app, params);
  if (target === undefined) throw new Error('no instance, and no error');
  details['instance'] = target.name;
  const asked = requestOf(request, app);
  const terms = await policy.decide(asked);
  if (terms.approval !== null) details['approval'] = terms.approval;
  return { asked, target, terms };
}

/** @returns what was copied; fails with what ended it before it was complete */
async function carry(
  { engine, policy }: CopyDeps,
  request: Request,
  { session, asked, target, terms }: Decided & { session: string },
): Promise<CopyExit> {
  const { direction, path, recursive, raw, noClobber } = request.params;
  const upstream: Channel = await engine.openCopy({
    session,
    instance: target.id,
    direction,
    path,
    recursive: recursive === true,
    raw: raw === true,
    noClobber: noClobber === true,
  });
  await acceptedUpstream(upstream, request.signal);
  const accepted: CopyAccepted = { session, instance: target.name };
  const downstream = request.accept(accepted);
  const stopWatching = watchTerms({
    terms,
    recheck: () => policy.recheck(asked),
    idleSince: () => null,
    onOver: (error) => downstream.close(toErrorDocument(error)),
  });
  const relayed = relay(downstream, upstream);
  try {
    return (await Promise.race([upstream.exited, relayed.then(() => upstream.exited)])) as CopyExit;
  } finally {
    stopWatching();
    // Behind the outcome, which is on its way; a client that never closes would hold both for ever.
    downstream.close();
    await relayed;
  }
}

const namesOf = ({ direction, path, recursive, reason }: CopyParams) => ({
  direction,
  path,
  ...(recursive === true ? { recursive } : {}),
  ...(reason === undefined ? {} : { reason }),
});

function requestOf({ identity, source, requestId, params }: Request, app: AppRecord): SessionRequest {
  return {
    identity,
    source,
    requestId,
    kind: 'copy',
    target: { kind: 'app', id: app.id, app: app.name, network: app.network },
    argv: null,
    env: {},
    cwd: null,
    particulars: { direction: params.direction, path: params.path },
    reason: params.reason ?? null,
    approval: params.approval ?? null,
  };
}
