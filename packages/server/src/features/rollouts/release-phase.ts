import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { Clock } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Pause } from '../../pause.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { DeployRecord, DeployStore } from '../deploys/deploy-store.ts';
import { describeExit } from '../instances/describe-exit.ts';
import type { InstanceLauncher } from '../instances/instance-launcher.ts';
import type { InstancePlaces } from '../instances/instance-places.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceRecord } from '../instances/instance-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { RELEASE_PROCESS } from './release-process.ts';

/** Between two looks at the clock, in milliseconds. */
const LOOK_MS = 1_000;

export interface ReleasePhaseOptions {
  deploys: DeployStore;
  mirror: EngineMirror;
  places: InstancePlaces;
  launcher: InstanceLauncher;
  retirer: InstanceRetirer;
  clock: Clock;
  pause: Pause;
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
}

/**
 * Runs the release command as an instance of its own, `release.1`: its output is a log like any other's, and it
 * outlives rigd. It is never started twice; where its end was not seen it counts as failed.
 */
export class ReleasePhase {
  readonly #options: ReleasePhaseOptions;

  constructor(options: ReleasePhaseOptions) {
    this.#options = options;
  }

  /** @throws RigError `release_phase_failed` */
  async run(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { deploys, retirer } = this.#options;
    if (deploy.rollout.phase !== 'done') {
      const report = await this.#settle(app, release, deploy, signal);
      if (report.exitCode !== 0) throw await this.#failure(release, report);
      await deploys.setRollout(deploy.id, { phase: 'done' });
    }
    const left = await this.#rows(release);
    await retirer.retire(
      left.map((row) => ({ ...row, desired: 'stop' as const })),
      0,
      signal,
    );
  }

  async #settle(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<InstanceReport> {
    const { deploys, launcher, mirror, places } = this.#options;
    await places.fill(release, [{ process: RELEASE_PROCESS, ordinal: 1 }]);
    const [row] = await this.#rows(release);
    if (row === undefined) throw new Error('the place of the release command was noted and is not there');
    if (deploy.rollout.phase === null) {
      await launcher.launch(app, release, row);
      await deploys.setRollout(deploy.id, { phase: 'started' });
    } else {
      await mirror.until(() => (mirror.ready ? true : undefined), signal);
      if (mirror.instance(row.id) === undefined)
        throw new RigError('release_phase_failed', 'The end of the release command was not seen.', {
          hint: 'See in `rig logs app --process release` how far it came, then deploy again.',
        });
    }
    return await this.#ended(row, release, signal);
  }

  async #ended(row: InstanceRecord, release: ReleaseRecord, signal: AbortSignal): Promise<InstanceReport> {
    const { clock, mirror, pause } = this.#options;
    const seconds = release.runtime.releasePhase?.timeoutSeconds ?? 0;
    const find = () => {
      const report = mirror.instance(row.id);
      return report?.state === 'exited' ? report : undefined;
    };
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const ended = mirror.until(find, either);
    const late = (async (): Promise<null> => {
      const started = await mirror.until(() => mirror.instance(row.id)?.startedAt, either);
      while (clock.now().getTime() - Date.parse(started) < seconds * 1000) await pause(LOOK_MS, either);
      return null;
    })();
    try {
      const report = await Promise.race([ended, late]);
      if (report !== null) return report;
      throw new RigError('release_phase_failed', `The release command did not end within ${seconds} s.`, {
        details: { lastLines: await this.#options.lastLines(row) },
      });
    } finally {
      stop.abort();
      await Promise.allSettled([ended, late]);
    }
  }

  async #failure(release: ReleaseRecord, report: InstanceReport): Promise<RigError> {
    const [row] = await this.#rows(release);
    return new RigError('release_phase_failed', `The release command ${describeExit(report)}.`, {
      details: {
        exitCode: report.exitCode,
        signal: report.signal,
        lastLines: row === undefined ? [] : await this.#options.lastLines(row),
      },
    });
  }

  async #rows(release: ReleaseRecord): Promise<InstanceRecord[]> {
    const rows = await this.#options.places.ofRelease(release);
    return rows.filter(({ process }) => process === RELEASE_PROCESS);
  }
}
