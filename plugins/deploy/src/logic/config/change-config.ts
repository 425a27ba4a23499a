import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient, RouteInput } from '@rig-ops/kit';
import { isRigError } from '@rig-ops/contract/errors';
import type { ConfigChanged } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { DeployWatch } from '../deploy-watch.ts';
import { endInterrupted } from '../cancel-deploy.ts';
import { runPhases } from '../phases.ts';
import { showLastLines } from '../show-last-lines.ts';

const POLL_MS = 300;

export interface ChangeConfigOptions {
  app: string;
  change: NonNullable<RouteInput<'changeConfig'>['body']>;
  ui: Ui;
  lively: boolean;
  signal: AbortSignal;
}

/**
 * Changes the configuration of an app and follows the release that brings it live to its end. Waits for its
 * turn while the app is being deployed.
 * @throws RigError what the platform refuses it with, or what the release failed with
 */
export async function changeConfig(client: RigClient, options: ChangeConfigOptions): Promise<ConfigChanged> {
  const { app, lively, signal, ui } = options;
  const changed = await order(client, options);
  if (changed.deploy === null) return changed;
  const watch = new DeployWatch(client, changed.deploy, { signal, showBuildLog: false });
  const title = `Releasing ${app} with it`;
  try {
    await runPhases([{ title, run: (report) => watch.untilLive(report) }], ui, lively);
  } catch (error) {
    if (signal.aborted)
      throw await endInterrupted(client, app, { asked: true, deploy: watch.deploy.id, ui, signal });
    showLastLines(error, ui);
    throw error;
  }
  return { ...changed, deploy: watch.deploy };
}

async function order(
  client: RigClient,
  { app, change, signal, ui }: ChangeConfigOptions,
): Promise<ConfigChanged> {
  for (let told = false; ; told = true) {
    try {
      return await client.call('changeConfig', { params: { app }, body: change, signal });
    } catch (error) {
      if (!isRigError(error) || error.code !== 'deploy_in_progress') throw error;
    }
    if (!told) ui.note(`${app} is being deployed; the change follows when that has ended.`);
    await untilDeployed(client, app, signal);
  }
}

async function untilDeployed(client: RigClient, app: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(POLL_MS, undefined, { signal });
    const { status } = await client.call('getApp', { params: { app }, signal });
    if (status !== 'deploying') return;
  }
}
