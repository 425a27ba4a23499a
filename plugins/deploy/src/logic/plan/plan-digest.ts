import { createHash } from 'node:crypto';
import { RigError } from '@rig-ops/contract/errors';

/** What a plan was made against. */
export interface PlanBasis {
  /** Id of the bundle. */
  source: string;
  /** Version of the live release; null for none. */
  release: number | null;
  /** Id of the set of variables the app has; null for none. */
  config: string | null;
  /** Version of rigd and its engine. */
  platform: string;
  /** What was asked for with flags. */
  options: unknown;
}

/** In the order they stand in a digest. */
const PARTS = ['source', 'release', 'config', 'platform', 'options'] as const;

const told: Record<(typeof PARTS)[number], string> = {
  source: 'the source',
  release: 'the live release',
  config: 'the configuration',
  platform: 'the platform',
  options: 'what the flags ask for',
};

const digestOf = (value: unknown, length: number): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);

/** A digest that has a part for each thing that can move, so that without the plan it can be told what has. */
export function digestOfPlan(basis: PlanBasis): string {
  const parts = PARTS.map((part) => digestOf(basis[part], 8));
  return `${parts.join('-')}-${digestOf(
    PARTS.map((part) => basis[part]),
    24,
  )}`;
}

/** @throws RigError `invalid_input` for what is no digest of a plan, `plan_stale` when something has moved */
export function requireSamePlan(given: string, basis: PlanBasis): void {
  const now = digestOfPlan(basis);
  if (given === now) return;
  const parts = given.split('-');
  if (!/^([0-9a-f]{8}-){5}[0-9a-f]{24}$/.test(given))
    throw new RigError('invalid_input', `"${given.slice(0, 100)}" is no digest of a plan.`, {
      hint: 'Give the digest that `rig deploy --plan` prints.',
    });
  const moved = PARTS.filter((_, index) => parts[index] !== now.split('-')[index]);
  throw planStale(moved.length === 0 ? ['source'] : moved);
}

/** The refusal to apply a plan, with what has moved since. */
export function planStale(moved: readonly (typeof PARTS)[number][]): RigError {
  const what = moved.map((part) => told[part]).join(', ');
  const { length } = moved;
  return new RigError(
    'plan_stale',
    `The plan is out of date: ${what} ${length === 1 ? 'is' : 'are'} not as planned.`,
    {
      details: { moved },
    },
  );
}
