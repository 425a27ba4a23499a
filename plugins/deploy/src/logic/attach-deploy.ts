import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import type { Deploy } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import type { DeployResult } from './deploy-source.ts';
import { DeployWatch } from './deploy-watch.ts';
import { followPhases } from './follow-phases.ts';
import { describeInterruption } from './interruption.ts';
import { readBuildResult } from './read-build-result.ts';
import { runPhases } from './phases.ts';
import { showLastLines } from './show-last-lines.ts';

export interface AttachOptions {
  ui: Ui;
  lively: boolean;
  signal: AbortSignal;
}

/**
 * The deploy that is meant: that of an id, or for `latest` the one of an app that is under way, else the last one.
 * @param appName names the app; asked only for `latest`
 * @throws RigError `deploy_not_found`
 */
export async function findDeploy(
  client: RigClient,
  wanted: string,
  appName: () => Promise<string>,
  signal: AbortSignal,
): Promise<Deploy> {
  if (wanted !== 'latest') return client.call('getDeploy', { params: { deploy: wanted }, signal });
  const app = await appName();
  const query = { limit: 1 };
  const { deploys } = await client.call('listDeploys', { params: { app }, query, signal });
  const found = deploys.find(({ status }) => status === 'running') ?? deploys[0];
  if (found !== undefined) return found;
  throw new RigError('deploy_not_found', `${app} was never deployed.`, { hint: 'Run `rig deploy`.' });
}

/** Follows a deploy that was begun before to its end, from its first event. */
export async function attachDeploy(
  client: RigClient,
  deploy: Deploy,
  { ui, lively, signal }: AttachOptions,
): Promise<DeployResult> {
  const started = performance.now();
  const watch = new DeployWatch(client, deploy, { signal, showBuildLog: !ui.machine });
  try {
    await runPhases(followPhases(watch), ui, lively);
  } catch (error) {
    if (signal.aborted)
      throw describeInterruption(deploy.app, { asked: true, deploy: deploy.id, outcome: undefined });
    if (lively || !watch.failedInShownLog) showLastLines(error, ui);
    throw error;
  }
  const params = { app: deploy.app, version: String(watch.deploy.release) };
  return {
    app: deploy.app,
    url: watch.deploy.url,
    release: await client.call('getRelease', { params, signal }),
    deploy: watch.deploy,
    bundle: null,
    build: await readBuildResult(client, watch.deploy, signal),
    steps: watch.steps,
    durationMs: Math.round(performance.now() - started),
  };
}
