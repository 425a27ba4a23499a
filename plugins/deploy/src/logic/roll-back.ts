import type { RigClient } from '@rig-ops/client';
import type { Deploy, Release, RollbackPart } from '@rig-ops/contract/resources';
import type { DeployGuard } from '@rig-ops/contract/routes';
import type { Ui } from '@rig-ops/kit';
import { DeployWatch, type StepDuration } from './deploy-watch.ts';
import { endInterrupted } from './cancel-deploy.ts';
import { followPhases } from './follow-phases.ts';
import { orderDeploy } from './order-deploy.ts';
import { runPhases } from './phases.ts';
import { showLastLines } from './show-last-lines.ts';

export interface RollBackOptions {
  app: string;
  /** Version to return to; the one that was live before when undefined. */
  to: number | undefined;
  /** The part of it that comes back; all of it when undefined. */
  only: RollbackPart | undefined;
  guard: DeployGuard;
  detach: boolean;
  ui: Ui;
  lively: boolean;
  signal: AbortSignal;
}

export interface RollBackResult {
  app: string;
  url: string | null;
  /** Null when its end was not waited for. */
  release: Release | null;
  deploy: Deploy;
  /** What to type to undo it; null when nothing was live. */
  undo: string | null;
  steps: StepDuration[];
  durationMs: number;
}

/** Makes a new release of an old one's content and follows it until it is live. */
export async function rollBack(client: RigClient, options: RollBackOptions): Promise<RollBackResult> {
  const { app, only, to, ui, signal } = options;
  const started = performance.now();
  const { guard } = options;
  const { release: live } = await client.call('getApp', { params: { app }, signal });
  const body = {
    guard,
    ...(to === undefined ? {} : { to }),
    ...(only === undefined ? {} : { only }),
  };
  const { deploy: created } = await orderDeploy(client, 'createRollback', { params: { app }, body }, signal);
  const watch = new DeployWatch(client, created, { signal, showBuildLog: false });
  const what = only === undefined ? app : `the ${only} of ${app}`;
  const title = to === undefined ? `Rolling ${what} back` : `Rolling ${what} back to v${to}`;
  try {
    const phases = options.detach ? [] : followPhases(watch, title);
    await runPhases(phases, ui, options.lively);
  } catch (error) {
    if (signal.aborted)
      throw await endInterrupted(client, app, { asked: true, deploy: watch.deploy.id, ui, signal });
    showLastLines(error, ui);
    throw error;
  }
  const { deploy, steps } = watch;
  const params = { app, version: String(deploy.release) };
  const release = options.detach ? null : await client.call('getRelease', { params, signal });
  const durationMs = Math.round(performance.now() - started);
  const part = only === undefined ? '' : ` --only ${only}`;
  const undo = live === null ? null : `rig rollback v${live} --app ${app}${part}`;
  return { app, url: deploy.url, release, deploy, undo, steps, durationMs };
}
