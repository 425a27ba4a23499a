import type { AppDetails, NetworkState, Problem } from '@rig-ops/contract/resources';
import type { Reach } from '../access/decide.ts';

/** Networks within reach at a glance; `apps` are those that the caller may see. */
export function describeNetworks(
  networks: readonly { readonly name: string }[],
  { apps, problems, reach }: { apps: readonly AppDetails[]; problems: readonly Problem[]; reach: Reach },
): NetworkState[] {
  const withProblems = new Set(problems.map(({ app }) => app));
  const members = Map.groupBy(apps, ({ network }) => network);
  return networks
    .filter(({ name }) => reach.everywhere || reach.networks.has(name))
    .map(({ name }) => {
      const own = members.get(name) ?? [];
      return {
        name,
        apps: own.length,
        running: own.filter(({ status }) => status === 'running').length,
        problems: own.filter((app) => withProblems.has(app.name)).length,
      };
    });
}
