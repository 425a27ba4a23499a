import type { ShellParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Deployments } from '../deployments.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import { type BeginSessionDeps, beginSession, type SessionPlan } from './begin-session.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { chooseShell, shownShell } from './choose-shell.ts';
import { detailsOf, wantedOf } from './session-details.ts';

export interface ShellDeps extends BeginSessionDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'resolveSession'>;
  /** Where a shell in a network runs. */
  readonly planInNetwork: (network: string) => Promise<Omit<SessionPlan, 'argv' | 'shownArgv'>>;
}

/** Opens a shell in an instance of an app, or beside the apps of a network. */
export function serveShell(deps: ShellDeps): ChannelHandler<'shell'> {
  return async (request) => {
    const { params } = request;
    const { app, network } = params;
    if ((app === undefined) === (network === undefined)) {
      throw new RigError('invalid_input', 'A shell is in an app or in a network: name one of them.');
    }
    await beginSession(deps, {
      request,
      kind: 'shell',
      terminal: params.terminal,
      timeoutMs: null,
      target: app === undefined ? `network/${network}` : `app/${app}`,
      details: detailsOf('shell', params),
      plan: async () => {
        const place = app === undefined ? await inNetwork(deps, params) : await inApp(deps, app, params);
        // Which shells an image has is not known here: every one that can have a shell has this one.
        const argv =
          place.image === undefined ? await chooseShell({ ...place.env, ...params.env }) : ['/bin/sh'];
        return { ...place, argv, shownArgv: shownShell(argv) };
      },
    });
  };
}

async function inApp(
  { apps, deployments }: ShellDeps,
  name: string,
  params: ShellParams,
): Promise<Omit<SessionPlan, 'argv' | 'shownArgv'>> {
  const app = await requireApp(apps, name);
  const { id, name: instanceName, ...place } = await deployments.resolveSession(app, wantedOf(params));
  return { app, network: app.network, instance: id, instanceName, ...place };
}

async function inNetwork({ planInNetwork }: ShellDeps, params: ShellParams) {
  const { instance, network = '', process, release } = params;
  if (instance !== undefined || process !== undefined || release !== undefined || params.new === true) {
    throw new RigError('invalid_input', 'A shell in a network is in no instance of an app.');
  }
  return planInNetwork(network);
}
