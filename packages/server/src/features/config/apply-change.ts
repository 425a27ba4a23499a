import { RigError } from '@rig-ops/contract/errors';
import type { ConfigChange } from '@rig-ops/contract/resources';
import type { SealedVariable } from './config-store.ts';

/** A variable with its value in the clear. */
export type OpenVariable = Omit<SealedVariable, 'sealed'> & { value: string };

export interface AppliedChange {
  variables: OpenVariable[];
  added: string[];
  changed: string[];
  removed: string[];
}

/**
 * Merges a change into variables, key by key: what it does not name stays.
 * @throws RigError `config_key_not_found` when it removes what is not there
 */
export function applyChange(
  before: readonly OpenVariable[],
  change: ConfigChange,
  by: { user: string; at: string },
  { ignoreUnknown = false }: { ignoreUnknown?: boolean } = {},
): AppliedChange {
  const variables = new Map(before.map((variable) => [variable.key, variable]));
  const named = new Set((change.set ?? []).map(({ key }) => key));
  const removed = change.replace === true ? [...variables.keys()].filter((key) => !named.has(key)) : [];
  const unknown = (change.unset ?? []).filter((key) => !variables.has(key));
  if (unknown.length > 0 && !ignoreUnknown)
    throw new RigError('config_key_not_found', `There is no variable ${unknown.join(', ').slice(0, 200)}.`);
  for (const key of change.unset ?? []) if (variables.has(key) && !removed.includes(key)) removed.push(key);
  const added: string[] = [];
  const changed: string[] = [];
  for (const { key, value, secret, build } of change.set ?? []) {
    const old = variables.get(key);
    const next: OpenVariable = {
      key,
      value,
      // What was once a secret stays one, unless somebody says otherwise.
      secret: secret ?? old?.secret ?? false,
      build: build ?? old?.build ?? false,
      updatedAt: by.at,
      updatedBy: by.user,
    };
    if (old === undefined) added.push(key);
    else if (old.value === value && old.secret === next.secret && old.build === next.build) continue;
    else changed.push(key);
    variables.set(key, next);
  }
  for (const key of removed) variables.delete(key);
  return {
    variables: [...variables.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1)),
    added,
    changed,
    removed,
  };
}

/** The change that makes the one of the other. */
export function changeBetween(before: readonly OpenVariable[], after: readonly OpenVariable[]): ConfigChange {
  const was = new Map(before.map((variable) => [variable.key, variable]));
  const kept = new Set(after.map(({ key }) => key));
  return {
    set: after
      .filter(({ key, updatedAt, value, secret, build }) => {
        const old = was.get(key);
        return (
          old === undefined ||
          old.updatedAt !== updatedAt ||
          old.value !== value ||
          old.secret !== secret ||
          old.build !== build
        );
      })
      .map(({ key, value, secret, build }) => ({ key, value, secret, build })),
    unset: before.filter(({ key }) => !kept.has(key)).map(({ key }) => key),
  };
}
