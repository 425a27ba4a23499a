import type { ExplainAnswer, ExplainRequest, Explanation } from '@rig-ops/contract/resources';
import type { BuildMachine, Detector } from '../../../detectors/detector.ts';
import { explainPlan } from '../../../detectors/make-plan.ts';
import type { Plan } from '../../../detectors/plan.ts';
import { openToldTree, tellSource } from './told-tree.ts';

/**
 * Explains a source by the detectors that would build it. What they read and was not brought along is asked
 * for; nobody has to know beforehand which files these are, and nothing else leaves the machine of the user.
 */
export async function explainSource(
  { files, root, texts }: ExplainRequest,
  machine: BuildMachine,
  detectors: readonly Detector[],
): Promise<ExplainAnswer> {
  const source = tellSource(files, texts);
  if (Object.keys(texts).length === 0) {
    // All that is usually read at once, instead of one round for each.
    const usual = detectors.flatMap(({ reads }) => reads);
    const places = root === '.' ? [''] : [`${root}/`, ''];
    const needs = [...new Set(places.flatMap((place) => usual.map((name) => `${place}${name}`)))];
    const there = needs.filter((path) => source.files.has(path));
    if (there.length > 0) return { needs: there, explanation: null };
  }
  const { failure, plan, verdicts } = await explainPlan(openToldTree(source), machine, detectors, { root });
  // Without a text that decides, what was found out is worth nothing.
  if (source.needs.size > 0) return { needs: [...source.needs].toSorted(), explanation: null };
  const explanation: Explanation = {
    verdicts,
    plan: plan === null ? null : toBuildPlan(plan),
    failure:
      failure === null
        ? null
        : { code: failure.code, message: failure.message, hint: failure.hint, exitCode: failure.exitCode },
  };
  return { needs: [], explanation };
}

function toBuildPlan(plan: Plan): NonNullable<Explanation['plan']> {
  const { caches, detector, env, image, notes, processes, reuse, root, steps } = plan;
  return {
    detector,
    root,
    steps: steps.map(({ argv, folder = root, name, phase }) => ({ name, phase, command: argv, folder })),
    processes: processes.map((process) => ({
      name: process.name,
      command: 'argv' in process ? process.argv : null,
      site: 'argv' in process ? null : process.site.folders,
    })),
    environment: Object.keys(env).toSorted(),
    image:
      image === undefined || 'reference' in image
        ? null
        : { ...image, args: Object.keys(image.args).toSorted() },
    caches: caches.map(({ name }) => name),
    reuse: reuse === null ? null : { inputs: reuse.inputs, outputs: reuse.outputs },
    notes,
  };
}
