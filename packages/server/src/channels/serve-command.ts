import type { CommandAccepted, CommandExit } from '@rig-ops/contract/channels';
import { type Channel, relay } from '@rig-ops/wire';
import type { Deployments } from '../deployments.ts';
import type { Engine } from '../engines/engine.ts';
import type { SessionPolicy } from '../features/access-policies/session-policy.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { redactArgv } from '../features/audit/redact-argv.ts';
import { newId } from '../ids.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler, ChannelRequest } from './channel-handlers.ts';

export interface CommandDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'resolveInstance'>;
  readonly engine: Pick<Engine, 'openCommand'>;
  readonly audit: ChannelAudit;
  readonly policy: SessionPolicy;
}

/** Runs a program in an instance; its bytes pass through here untouched. */
export function serveCommand(deps: CommandDeps): ChannelHandler<'command'> {
  return async (request) => {
    const { params } = request;
    const session = newId('ses');
    const details: Record<string, unknown> = {
      session,
      argv: redactArgv(params.argv),
      // Values may be secrets.
      ...(params.env === undefined ? {} : { env: Object.keys(params.env).slice(0, 100) }),
    };
    const about = { action: 'command.run', target: `app/${params.app}`, details };
    // Before anything is tried: an access that cannot be recorded does not happen.
    await deps.audit.started(request, about);
    try {
      const upstream = await start(deps, request, session, details);
      const accepted: CommandAccepted = { session, instance: String(details.instance) };
      const downstream = request.accept(accepted);
      const relayed = relay(downstream, upstream);
      const exit = (await Promise.race([
        upstream.exited,
        relayed.then(() => upstream.exited),
      ])) as CommandExit;
      Object.assign(details, { exitCode: exit.exitCode, signal: exit.signal });
      await deps.audit.succeeded(request, about);
      // Behind the outcome, which is on its way; a client that never closes would hold both for ever.
      downstream.close();
      await relayed;
    } catch (error) {
      // The event of a success could not be written: one of a failure could not either, and would be wrong.
      if (details.exitCode === undefined) await deps.audit.failed(request, about, error);
      throw error;
    }
  };
}

/** @throws RigError when it could not be started */
async function start(
  { apps, deployments, engine, policy }: CommandDeps,
  request: ChannelRequest<'command'>,
  session: string,
  details: Record<string, unknown>,
): Promise<Channel> {
  const { app: appName, process, instance, argv, env, cwd, user, reason, approval } = request.params;
  const app = await requireApp(apps, appName);
  const target = await deployments.resolveInstance(app, {
    ...(process === undefined ? {} : { process }),
    ...(instance === undefined ? {} : { instance }),
  });
  details.instance = target.name;
  if (reason !== undefined) details.reason = reason;
  const terms = await policy.decide({
    identity: request.identity,
    source: request.source,
    requestId: request.requestId,
    kind: 'command',
    target: { kind: 'app', id: app.id, app: app.name, network: app.network },
    argv,
    env: env ?? {},
    cwd: cwd ?? null,
    particulars: user === undefined ? {} : { user },
    reason: reason ?? null,
    approval: approval ?? null,
  });
  if (terms.approval !== null) details.approval = terms.approval;
  const upstream = await engine.openCommand({
    session,
    instance: target.id,
    argv,
    cwd: target.cwd,
    env: { ...target.env, ...env },
  });
  await acceptedUpstream(upstream, request.signal);
  return upstream;
}

/** A client that goes away while the program is being started takes it along. */
async function acceptedUpstream(upstream: Channel, signal: AbortSignal): Promise<void> {
  const abandon = () => upstream.close();
  signal.addEventListener('abort', abandon, { once: true });
  try {
    await upstream.accepted;
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
