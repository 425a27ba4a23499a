import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Deploy, DeployEvent, DeployStep } from '@rig-ops/contract/resources';
import { formatDuration } from '@rig-ops/kit/text';
import { describeQueue } from './describe-queue.ts';
import { ordinal } from './build-status.ts';
import { followBuildLog } from './follow-build-log.ts';
import { followDeploy, isPassing } from './follow-deploy.ts';
import type { PhaseReport } from './phases.ts';
import { ReleaseLog } from './release-log.ts';

/** How long the last lines of a build may take to arrive behind the news of its end, in milliseconds. */
const LOG_GRACE_MS = 3000;

/** How often a deploy that waits for its turn is asked what it waits for, in milliseconds. */
const QUEUE_LOOK_MS = 1000;

const doing: Record<DeployStep, string> = {
  build: 'building',
  release: 'running the release command',
  stop: 'stopping the old instances',
  start: 'starting the new instances',
  health: 'waiting until they are healthy',
  roll: 'replacing the old instances in batches',
  canary: 'giving the new release a part of the requests',
  switch: 'switching requests over',
  drain: 'letting the old instances finish',
  watch: 'watching the new release',
};

export interface StepDuration {
  name: string;
  durationMs: number;
}

export interface DeployWatchOptions {
  signal: AbortSignal;
  /** Whether anybody sees the lines of the build. */
  showBuildLog: boolean;
}

/** Follows one deploy, phase by phase, to its end. */
export class DeployWatch {
  readonly steps: StepDuration[] = [];
  readonly #client: RigClient;
  readonly #options: DeployWatchOptions;
  readonly #events: AsyncGenerator<DeployEvent, void, undefined>;
  #deploy: Deploy;
  /** The first event, when it was waited for already. */
  #first: Promise<IteratorResult<DeployEvent, void>> | undefined;
  #report: PhaseReport | undefined;
  #log: { ended: Promise<void>; stop: AbortController } | null = null;

  constructor(client: RigClient, deploy: Deploy, options: DeployWatchOptions) {
    this.#client = client;
    this.#deploy = deploy;
    this.#options = options;
    const onLost = () =>
      this.#report?.line('The connection is lost; the platform goes on, and so does rig once it is back.');
    this.#events = followDeploy(client, deploy.id, { signal: options.signal, onLost });
  }

  /** The deploy as its last event told it. */
  get deploy(): Deploy {
    return this.#deploy;
  }

  /** Whether it failed in the build, whose log was shown to its end. */
  get failedInShownLog(): boolean {
    return this.#deploy.step === 'build' && this.#log !== null;
  }

  /** Waits until it is its turn, and tells what it waits for. Does nothing with one that has begun. */
  async untilBegun(report: PhaseReport): Promise<void> {
    this.#report = report;
    if (this.#deploy.status !== 'queued') return;
    const first = this.#events.next();
    this.#first = first;
    const begun = first.then(
      () => true,
      () => true,
    );
    for (let told = ''; this.#deploy.status === 'queued'; ) {
      const text = this.#deploy.queue === null ? told : describeQueue(this.#deploy.queue);
      if (text !== told) report.line(text);
      told = text;
      const look = delay(QUEUE_LOOK_MS, false, { signal: this.#options.signal }).catch(() => true);
      if (await Promise.race([begun, look])) return;
      this.#deploy = await this.#look();
    }
  }

  /** @throws RigError what the build failed with */
  async untilBuilt(report: PhaseReport): Promise<string> {
    this.#report = report;
    try {
      for (let event = await this.#next(); event !== null; event = await this.#next()) {
        this.#followLog(report);
        if (event.type === 'build-queued') {
          const place = ordinal(event.position ?? 1);
          report.progress(`waiting for its turn, ${place} in line`);
          report.line(`The build waits for its turn: ${place} in line.`);
        }
        if (event.type === 'build-step' && event.status === 'started') report.progress(event.name ?? '');
        if (event.type === 'step' && event.step === 'build' && event.status === 'succeeded') break;
      }
    } finally {
      await this.#endLog();
    }
    if (this.#deploy.reusedBuild)
      return `Took the artifact of ${this.#deploy.buildId ?? 'an earlier build'}: same source, same build config`;
    const took = this.steps.find(({ name }) => name === 'build')?.durationMs;
    return took === undefined ? 'Built' : `Built in ${formatDuration(took)}`;
  }

  /** @throws RigError what the release failed with */
  async untilLive(report: PhaseReport): Promise<string> {
    this.#report = report;
    const log = new ReleaseLog(this.#client, this.#options.signal, report);
    try {
      for (let event = await this.#next(); event !== null; event = await this.#next()) {
        if (event.type === 'note' && event.message !== undefined) report.line(event.message);
        if (event.type !== 'step' || event.status !== 'started' || event.step === undefined) continue;
        report.progress(doing[event.step]);
        if (event.step !== 'release') await log.end();
        else if (this.#options.showBuildLog) log.begin(event.deploy.app, event.deploy.release);
      }
    } catch (error) {
      await log.end();
      throw await this.#behindRollback(error, report);
    }
    return `Release v${this.#deploy.release ?? '?'} is live`;
  }

  /** A release that was taken back is told about once the one before is back: by then it is known how that went. */
  async #behindRollback(error: unknown, report: PhaseReport): Promise<unknown> {
    const rollback = isRigError(error) ? error.details?.['rollback'] : undefined;
    if (!isRigError(error) || typeof rollback !== 'string') return error;
    report.line(error.message);
    report.progress('returning to the release before');
    let last: Deploy | null = null;
    const follow = { signal: this.#options.signal, onLost: () => undefined };
    for await (const { deploy } of followDeploy(this.#client, rollback, follow)) last = deploy;
    const how =
      last?.status === 'succeeded'
        ? `It is live again as v${last.release ?? '?'}.`
        : `That failed as well: ${last?.error?.message ?? 'its end was not seen.'}`;
    const { code, details, exitCode, hint, message } = error;
    return RigError.fromDocument({
      code,
      message: `${message} ${how}`,
      hint,
      exitCode,
      details: { ...details, rollbackRelease: last?.release ?? null },
    });
  }

  /** The next event; null behind the last of a deploy that went well. */
  async #next(): Promise<DeployEvent | null> {
    const { value: event, done } = await (this.#first ?? this.#events.next());
    this.#first = undefined;
    if (done === true || event === undefined) return null;
    this.#deploy = event.deploy;
    if (event.type === 'step' && event.status === 'succeeded' && event.step !== undefined) {
      this.steps.push({ name: event.step, durationMs: event.durationMs ?? 0 });
    }
    if (event.type !== 'done') return event;
    await this.#events.return();
    const { error } = event.deploy;
    if (event.deploy.status === 'failed' && error !== null) {
      throw RigError.fromDocument({ ...error, details: { deploy: event.deploy.id, ...error.details } });
    }
    return null;
  }

  /** The deploy as it stands; as it was when the platform is away just now. */
  async #look(): Promise<Deploy> {
    const params = { deploy: this.#deploy.id };
    return this.#client
      .call('getDeploy', { params, signal: this.#options.signal })
      .catch((error: unknown) => {
        if (isPassing(error)) return this.#deploy;
        throw error;
      });
  }

  #followLog(report: PhaseReport): void {
    const { buildId, reusedBuild } = this.#deploy;
    if (buildId === null || reusedBuild || this.#log !== null || !this.#options.showBuildLog) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#options.signal]);
    const copy = async () => {
      for await (const line of followBuildLog(this.#client, buildId, signal)) report.line(line);
    };
    // The deploy does not fail because its log cannot be shown.
    const ended = copy().catch((error: unknown) =>
      report.line(`(the log of the build is cut off: ${String(error)})`),
    );
    this.#log = { ended, stop };
  }

  async #endLog(): Promise<void> {
    if (this.#log === null) return;
    const { ended, stop } = this.#log;
    const grace = setTimeout(() => stop.abort(), LOG_GRACE_MS);
    await ended;
    clearTimeout(grace);
  }
}
