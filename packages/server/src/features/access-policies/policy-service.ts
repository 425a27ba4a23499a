import { RigError } from '@rig-ops/contract/errors';
import type { AccessPolicy, AccessPolicyAt, AccessPolicyView } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { Caller } from '../access/caller.ts';
import { decide, type Scope } from '../access/decide.ts';
import { resolveTarget } from '../access/resolve-target.ts';
import { nameTarget, PLATFORM, type Target } from '../access/target.ts';
import type { TargetDirectory } from '../access/target-directory.ts';
import { isZone } from './hours.ts';
import type { PolicyRecord, PolicyStore } from './policy-store.ts';

export interface PolicyServiceDeps {
  readonly policies: PolicyStore;
  readonly apps: Pick<AppStore, 'getById'>;
  readonly directory: TargetDirectory;
  /** Told of a change, so that what is under way can be looked at again. */
  readonly onChanged: () => void;
  readonly clock: Clock;
}

const scopeOf = (target: Target): Scope => {
  if (target.kind === 'app') return { kind: 'app', appId: target.id };
  return target.kind === 'network' ? { kind: 'network', network: target.network } : { kind: 'platform' };
};

/** What a target is in, the widest first, and itself last. */
const chainOf = (target: Target): Target[] => {
  if (target.kind === 'platform') return [PLATFORM];
  if (target.kind === 'app') return [PLATFORM, { kind: 'network', network: target.network }, target];
  return [PLATFORM, target];
};

/** Shows and sets policies, and finds those that hold for a session. */
export class PolicyService {
  readonly #deps: PolicyServiceDeps;

  constructor(deps: PolicyServiceDeps) {
    this.#deps = deps;
  }

  /** Every policy that holds at a target, the widest first. */
  async holdingAt(target: Target): Promise<AccessPolicyAt[]> {
    const chain = chainOf(target);
    const records = await this.#deps.policies.listOf(chain.map(scopeOf));
    return chain.flatMap((each) => {
      const record = records.find(({ scope }) => sameScope(scope, scopeOf(each)));
      return record === undefined || isEmpty(record.policy) ? [] : [toResource(record, nameTarget(each))];
    });
  }

  /** @throws RigError a `…_not_found` */
  async view(targetName: string): Promise<AccessPolicyView> {
    const target = await this.#find(targetName);
    const [own] = await this.#deps.policies.listOf([scopeOf(target)]);
    const name = nameTarget(target);
    const inherited = (await this.holdingAt(target)).filter((each) => each.target !== name);
    const unset = { target: name, policy: {}, revision: 0, updatedAt: null, updatedBy: null };
    return { ...(own === undefined ? unset : toResource(own, name)), inherited };
  }

  /** Those that `caller` may read. */
  async list(caller: Caller): Promise<AccessPolicyAt[]> {
    const { apps, policies } = this.#deps;
    const shown: AccessPolicyAt[] = [];
    for (const record of await policies.listAll()) {
      const target = await toTarget(record.scope, apps);
      if (target === undefined || isEmpty(record.policy)) continue;
      if (decide(caller, 'policy.read', target).allowed) shown.push(toResource(record, nameTarget(target)));
    }
    return shown;
  }

  /**
   * @param revision the one that was looked at; 0 where there was none
   * @throws RigError `invalid_input`, `policy_changed`, a `…_not_found`
   */
  async set(
    { target: targetName, policy, revision }: { target: string; policy: AccessPolicy; revision: number },
    by: string,
  ): Promise<AccessPolicyView> {
    checkPolicy(policy);
    const target = await this.#find(targetName);
    const { clock, onChanged, policies } = this.#deps;
    const record = { scope: scopeOf(target), policy, updatedAt: timestampOf(clock), updatedBy: by };
    if (!(await policies.set(record, revision))) {
      throw new RigError(
        'policy_changed',
        `The policy of ${nameTarget(target)} is not the one that was read.`,
      );
    }
    onChanged();
    return this.view(targetName);
  }

  async #find(name: string): Promise<Target> {
    return (await resolveTarget('target', { target: name }, this.#deps.directory)).target;
  }
}

const sameScope = (left: Scope, right: Scope): boolean =>
  left.kind === 'app' ? right.kind === 'app' && left.appId === right.appId : left.kind === right.kind;

const isEmpty = (policy: AccessPolicy): boolean => Object.keys(policy).length === 0;

const toResource = (
  { policy, revision, updatedAt, updatedBy }: PolicyRecord,
  target: string,
): AccessPolicyAt => ({ target, policy, revision, updatedAt, updatedBy });

async function toTarget(scope: Scope, apps: PolicyServiceDeps['apps']): Promise<Target | undefined> {
  if (scope.kind === 'platform') return PLATFORM;
  if (scope.kind === 'network') return scope;
  const app = await apps.getById(scope.appId);
  return app && { kind: 'app', id: app.id, app: app.name, network: app.network };
}

/** What a schema cannot say. @throws RigError `invalid_input` */
function checkPolicy({ hours }: AccessPolicy): void {
  const wrong = hours?.find(({ zone }) => !isZone(zone));
  if (wrong === undefined) return;
  throw new RigError('invalid_input', `The platform knows no time zone ${JSON.stringify(wrong.zone)}.`, {
    hint: 'Name it as in the IANA database: Europe/Berlin, America/New_York, UTC.',
  });
}
