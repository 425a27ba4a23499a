import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { AppOperation } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { toStepError } from '../builds/to-step-error.ts';

interface Running {
  operation: AppOperation;
  ended: Promise<void>;
  cancel: AbortController;
}

const toFailure = ({ code, message, hint, exitCode, details }: ErrorDocument) => ({
  code,
  message,
  hint,
  exitCode,
  ...(details === undefined ? {} : { details }),
});

/**
 * Changes of what runs of an app beside its deploys: one at a time, and never while a deploy runs. They are
 * remembered in this life of rigd alone; what one leaves half-done the next life puts in line.
 */
export class AppOperations {
  readonly #clock: Clock;
  readonly #isDeploying: (appId: string) => Promise<boolean>;
  readonly #latest = new Map<string, Running>();

  constructor(clock: Clock, isDeploying: (appId: string) => Promise<boolean>) {
    this.#clock = clock;
    this.#isDeploying = isDeploying;
  }

  isRunning(appId: string): boolean {
    return this.#latest.get(appId)?.operation.status === 'running';
  }

  latest(appId: string): AppOperation | null {
    return this.#latest.get(appId)?.operation ?? null;
  }

  /** Resolves when nothing of the app is being changed. */
  async idle(appId: string): Promise<void> {
    while (this.isRunning(appId)) await this.#latest.get(appId)?.ended;
  }

  /** Ends what is under way for an app that goes away. */
  async cancel(appId: string): Promise<void> {
    this.#latest.get(appId)?.cancel.abort(new RigError('cancelled', 'The app was destroyed meanwhile.'));
    await this.idle(appId);
    this.#latest.delete(appId);
  }

  /** Resolves when nothing is under way here; what is ends with the signal it was given. */
  async settle(): Promise<void> {
    await Promise.all([...this.#latest.values()].map(({ ended }) => ended));
  }

  /**
   * Begins one. Deploys of the app wait for its end.
   * @throws RigError `deploy_in_progress` while a deploy or another one is under way
   */
  async begin(
    app: AppRecord,
    kind: AppOperation['kind'],
    instances: string[],
    work: (signal: AbortSignal) => Promise<void>,
    life: AbortSignal,
  ): Promise<AppOperation> {
    if (this.isRunning(app.id))
      throw new RigError('deploy_in_progress', `Instances of ${app.name} are being changed already.`);
    const begun = Promise.withResolvers<void>();
    const operation: AppOperation = {
      id: newId('opn'),
      app: app.name,
      kind,
      status: 'running',
      instances,
      failure: null,
      startedAt: timestampOf(this.#clock),
      endedAt: null,
    };
    const cancel = new AbortController();
    const before = this.#latest.get(app.id);
    const running: Running = { operation, cancel, ended: begun.promise };
    // Noted before anything is awaited, so that a deploy that begins now waits.
    this.#latest.set(app.id, running);
    if (await this.#isDeploying(app.id)) {
      operation.status = 'failed';
      if (before === undefined) this.#latest.delete(app.id);
      else this.#latest.set(app.id, before);
      begun.resolve();
      throw new RigError('deploy_in_progress', `${app.name} is being deployed already.`);
    }
    running.ended = this.#run(operation, work, AbortSignal.any([life, cancel.signal]));
    void running.ended.then(() => begun.resolve());
    return operation;
  }

  async #run(
    operation: AppOperation,
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await work(signal);
      operation.status = 'succeeded';
    } catch (error) {
      operation.status = 'failed';
      operation.failure = toFailure(toErrorDocument(toStepError(error)));
    }
    operation.endedAt = timestampOf(this.#clock);
  }
}
