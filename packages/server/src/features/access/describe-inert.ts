import type { Problem } from '@rig-ops/contract/resources';

/** Roles that run code and end at an app or network, on a platform where they would not end there. */
export function describeInert(count: number, problem: { why: string; fix: string | null } | null): Problem[] {
  if (count === 0 || problem === null) return [];
  const what = count === 1 ? '1 role at an app or network does' : `${count} roles at apps or networks do`;
  return [
    {
      code: 'roles_not_held',
      app: null,
      message: `${what} not hold, since apps are not isolated from one another: ${problem.why}.`,
      fix: problem.fix ?? 'Grant roles on the whole platform to those whom you trust with all of it.',
    },
  ];
}
