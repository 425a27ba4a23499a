import { createHash } from 'node:crypto';
import { isRigError } from '@rig-ops/contract/errors';
import type { ConfigChange } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { type AppliedChange, applyChange, changeBetween, type OpenVariable } from './apply-change.ts';
import { checkChange, checkWhole } from './check-config.ts';
import type { ConfigSealer } from './config-sealer.ts';
import type { ConfigSet, ConfigStore } from './config-store.ts';

export interface ConfigBookOptions {
  store: ConfigStore;
  sealer: ConfigSealer;
  clock: Clock;
}

/** A set that a change leads to; null when the change changes nothing. */
export interface DraftedChange extends Pick<AppliedChange, 'added' | 'changed' | 'removed'> {
  set: ConfigSet | null;
  /** The head that the change was applied to. */
  head: string | null;
}

/** Reads and makes sets of variables. */
export class ConfigBook {
  readonly #options: ConfigBookOptions;

  constructor(options: ConfigBookOptions) {
    this.#options = options;
  }

  head(appId: string): Promise<string | null> {
    return this.#options.store.head(appId);
  }

  setHead(appId: string, id: string | null): Promise<void> {
    return this.#options.store.setHead(appId, id);
  }

  /**
   * The set that a deploy brings live: the one it was ordered with; or, when others have come live since that
   * was made, what it changes applied to the head. Has the same content however often it is made.
   */
  async settle(id: string, appId: string): Promise<string> {
    const { store } = this.#options;
    const [ordered, head] = await Promise.all([store.get(id), store.head(appId)]);
    if (ordered === null || id === head || ordered.parentId === head) return id;
    const [before, after] = await Promise.all([this.variablesOf(ordered.parentId), this.variablesOf(id)]);
    const by = { user: ordered.createdBy, at: ordered.createdAt };
    const { variables } = applyChange(await this.variablesOf(head), changeBetween(before, after), by, {
      ignoreUnknown: true,
    });
    const set = this.#seal(appId, head, variables, by);
    await store.add(set);
    return set.id;
  }

  /** Every variable of a set with its value, also of secrets: for programs, never for an answer. None for null. @throws RigError `config_sealed` */
  async variablesOf(id: string | null): Promise<OpenVariable[]> {
    const { sealer, store } = this.#options;
    const set = id === null ? null : await store.get(id);
    if (set === null) return [];
    return set.variables.map(({ sealed, ...variable }) => ({
      ...variable,
      value: sealer.open(sealed, { appId: set.appId, configId: set.id, key: variable.key }),
    }));
  }

  /** What instances of a release find in their environment. */
  async runtimeEnvironment(id: string | null): Promise<Record<string, string>> {
    return toEnvironment(await this.variablesOf(id));
  }

  /** What a build finds in its environment: the variables marked for it, and nothing else. */
  async buildEnvironment(id: string | null): Promise<Record<string, string>> {
    return toEnvironment((await this.variablesOf(id)).filter(({ build }) => build));
  }

  /** Stands for what a build gets: the same as long as that is the same. Tells nothing of the values. */
  async buildDigest(id: string | null): Promise<string> {
    const entries = Object.entries(await this.buildEnvironment(id));
    return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
  }

  /** Applies a change to the head, without keeping what comes of it. @throws RigError `invalid_config`, `config_key_reserved`, `config_key_not_found`, `config_sealed` */
  async draft(app: AppRecord, change: ConfigChange, user: string): Promise<DraftedChange> {
    const { clock, store } = this.#options;
    checkChange(change);
    const head = await store.head(app.id);
    const at = timestampOf(clock);
    const before = await this.variablesOf(head).catch((error: unknown) => {
      // Whoever sets everything anew need not be able to read what was there.
      if (change.replace === true && isRigError(error) && error.code === 'config_sealed') return [];
      throw error;
    });
    const { variables, ...names } = applyChange(before, change, { user, at });
    if (names.added.length + names.changed.length + names.removed.length === 0)
      return { ...names, set: null, head };
    checkWhole(variables);
    const set = this.#seal(app.id, head, variables, { user, at });
    return { ...names, set, head };
  }

  #seal(
    appId: string,
    parentId: string | null,
    variables: readonly OpenVariable[],
    { user, at }: { user: string; at: string },
  ): ConfigSet {
    const id = newId('cfg');
    const sealed = variables.map(({ value, ...variable }) => ({
      ...variable,
      sealed: this.#options.sealer.seal(value, { appId, configId: id, key: variable.key }),
    }));
    return { id, appId, parentId, variables: sealed, createdBy: user, createdAt: at };
  }
}

const toEnvironment = (variables: readonly OpenVariable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ key, value }) => [key, value]));
