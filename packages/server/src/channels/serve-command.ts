import type { Deployments } from '../deployments.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { redactArgv } from '../features/audit/redact-argv.ts';
import { type BeginSessionDeps, beginSession } from './begin-session.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { detailsOf, wantedOf } from './session-details.ts';

export interface CommandDeps extends BeginSessionDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'resolveSession'>;
}

/** Runs a program in an instance; its bytes pass through here untouched. */
export function serveCommand(deps: CommandDeps): ChannelHandler<'command'> {
  return async (request) => {
    const { params } = request;
    const { app: name, argv } = params;
    const shownArgv = redactArgv(argv);
    await beginSession(deps, {
      request,
      kind: 'command',
      terminal: params.terminal ?? null,
      timeoutMs: params.timeoutMs ?? null,
      target: `app/${name}`,
      details: { ...detailsOf('command', params), argv: shownArgv },
      plan: async () => {
        const app = await requireApp(deps.apps, name);
        const {
          id,
          name: instanceName,
          ...place
        } = await deps.deployments.resolveSession(app, wantedOf(params));
        return { app, network: app.network, instance: id, instanceName, argv, shownArgv, ...place };
      },
    });
  };
}
