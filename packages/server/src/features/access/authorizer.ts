import type { Access, Verb } from '@rig-ops/contract/access';
import { RigError } from '@rig-ops/contract/errors';
import type { Caller } from './caller.ts';
import { decide } from './decide.ts';
import { rolesAllowing } from './explain.ts';
import { type Names, resolveTarget } from './resolve-target.ts';
import { nameTarget, type Target } from './target.ts';
import type { TargetDirectory } from './target-directory.ts';

/** The verb that shows that something is there. */
const SEEING: Readonly<Record<Exclude<Target['kind'], 'platform'>, Verb>> = {
  app: 'app.read',
  network: 'network.read',
  user: 'users.read',
};

const ME = 'me';

/**
 * The one place where is decided whether a request goes on: each route and each kind of channel says in the
 * contract what it takes, and nothing reaches a handler but through here.
 */
export class Authorizer {
  readonly #directory: TargetDirectory;

  constructor(directory: TargetDirectory) {
    this.#directory = directory;
  }

  /**
   * @returns what it is about; undefined where that is the caller's own, or left to the handler
   * @throws RigError `not_permitted`; a `…_not_found` where the target is not there, and likewise where the
   * caller may not know that it is
   */
  async authorize(
    caller: Caller,
    access: Exclude<Access, 'anyone'>,
    names: Names,
  ): Promise<Target | undefined> {
    // What is asked for is the caller's own, or the handler leaves out what the caller may not see.
    if (access === 'signed-in' || access.on === 'each') return undefined;
    const named = names.user === ME ? { ...names, user: caller.user } : names;
    const { target, unknown, session } = await resolveTarget(access.on, named, this.#directory);
    if (decide(caller, access.verb, target).allowed) return target;
    // One's own, for as long as one could begin it anew.
    if (session?.userId === caller.userId && decide(caller, session.beganBy, target).allowed) return target;
    // That somebody is inside is not told to who may only see the app.
    if (session !== undefined && !decide(caller, 'sessions.read', target).allowed) throw unknown();
    if (!maySee(caller, target)) throw unknown();
    throw refusal(caller, access.verb, target);
  }
}

/** Whether somebody may know that a target is there. */
export function maySee(caller: Caller, target: Target): boolean {
  // The default network is there on every platform.
  if (target.kind === 'platform' || (target.kind === 'network' && target.network === 'default')) return true;
  return decide(caller, SEEING[target.kind], target).allowed;
}

function refusal({ user }: Caller, verb: Verb, target: Target): RigError {
  const at = target.kind === 'user' ? 'platform' : nameTarget(target);
  const able = rolesAllowing(verb);
  const [narrowest = 'admin'] = able;
  return new RigError(
    'not_permitted',
    `${user} may not do that: it takes ${verb} on ${nameTarget(target)}.`,
    {
      hint: `An administrator grants it with \`rig access grant ${user} ${narrowest} ${at}\`.`,
      details: { verb, target: nameTarget(target), roles: able },
    },
  );
}
