import { roles, type Verb } from '@rig-ops/contract/access';
import type { Identity } from '@rig-ops/contract/resources';

/** What something is done to; nothing named is the platform as a whole. */
export interface Where {
  readonly app?: string;
  /** Network of the app, or the network itself. */
  readonly network?: string;
}

/**
 * Whether roles allow a verb somewhere. It decides what is offered; the platform decides what is done. Where the
 * network of an app is not known, roles at networks do not count.
 */
export function allows(bindings: Identity['bindings'], verb: Verb, { app, network }: Where = {}): boolean {
  const covering = new Set(['platform']);
  if (network !== undefined) covering.add(`network/${network}`);
  if (app !== undefined) covering.add(`app/${app}`);
  return bindings.some(
    ({ role, target }) => covering.has(target) && (roles[role] as readonly Verb[]).includes(verb),
  );
}

/** Whether a verb is allowed anywhere at all: whether a page about it is worth showing. */
export function allowsSomewhere(bindings: Identity['bindings'], verb: Verb): boolean {
  return bindings.some(({ role }) => (roles[role] as readonly Verb[]).includes(verb));
}
