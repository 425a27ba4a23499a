import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { Plan, SitePlan } from '../../detectors/plan.ts';
import type { RuntimePlan, RuntimeProcess } from '../releases/release-store.ts';

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() === true;

/** Whether index.html is the only page: then the script on it tells the paths apart, not the server. */
async function hasOnePage(folder: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.html')).length === 1;
}

async function settleSite(
  artifact: string,
  site: SitePlan,
): Promise<{ folder: string; singlePage: boolean }> {
  for (const folder of site.folders) {
    const path = join(artifact, folder);
    if (await isFile(join(path, 'index.html')))
      return { folder, singlePage: site.built && (await hasOnePage(path)) };
  }
  const looked = site.folders.map((folder) => `${folder}/index.html`).join(', ');
  throw new RigError('build_failed', `The build made no site: there is no ${looked}.`, {
    hint: 'Name the folder in rig.toml: [build] output = "folder"; or add a start script if it is a server.',
    details: { step: 'site', lookedFor: site.folders },
  });
}

/**
 * What a built artifact runs: one instance of each process, sites with the folder the build made.
 * @throws RigError `build_failed` when there is no such folder
 */
export async function settleRuntime(artifact: string, plan: Plan): Promise<RuntimePlan> {
  const processes: RuntimeProcess[] = [];
  for (const process of plan.processes) {
    const { name } = process;
    const limits = plan.limits?.[name];
    const common = { name, instances: 1, ...(limits === undefined ? {} : { limits }) };
    processes.push(
      'argv' in process
        ? { ...common, argv: process.argv }
        : { ...common, site: await settleSite(join(artifact, plan.root), process.site) },
    );
  }
  const { drainSeconds, env, graceSeconds, health, releasePhase, rollout, root } = plan;
  return {
    ...(root === '.' ? {} : { root }),
    processes,
    env,
    health,
    drainSeconds,
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    ...(releasePhase === undefined ? {} : { releasePhase }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(plan.readOnly === true ? { readOnly: true } : {}),
  };
}
