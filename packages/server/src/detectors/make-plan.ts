import { RigError } from '@rig-ops/contract/errors';
import type { BuildMachine, Detection, Detector, SourceTree } from './detector.ts';
import { DEFAULT_SETTINGS, type Plan, type PlanStep } from './plan.ts';

/** Puts a build command of the app in the place of the build steps that were found. */
function replaceBuild(found: readonly PlanStep[], command: PlanStep): PlanStep[] {
  return [
    ...found.filter((step) => step.phase === 'install'),
    command,
    ...found.filter((step) => step.phase === 'prune'),
  ];
}

function nothingDetected(asked: readonly Detector[], lacks: readonly string[]): RigError {
  const lookedFor = asked.map((detector) => `  ${detector.explain}`);
  return new RigError(
    'nothing_detected',
    ['No way to run this source was found. rig looked for:', ...lookedFor, ...lacks].join('\n'),
    { details: { lookedFor: asked.map((detector) => detector.explain) } },
  );
}

/**
 * Asks the detectors in order; each fills in what those before it left open: the processes, the steps of the build, the settings.
 * @throws RigError `nothing_detected` when no process was named, and whatever a detector throws
 */
export async function makePlan(
  tree: SourceTree,
  machine: BuildMachine,
  detectors: readonly Detector[],
): Promise<Plan> {
  const asked: Detector[] = [];
  const notes = new Set<string>();
  const lacks: string[] = [];
  const merged: Omit<Detection, 'notes'> = {};
  let detector = '';
  for (const each of detectors) {
    if (merged.only !== undefined && each.name !== merged.only) continue;
    if (merged.processes !== undefined && merged.steps !== undefined) break;
    asked.push(each);
    const detection = await each.detect(tree, machine);
    if (detection === null) continue;
    if (merged.processes === undefined && detection.processes !== undefined) detector = each.name;
    if (detection.lacks !== undefined) lacks.push(detection.lacks);
    for (const note of detection.notes) notes.add(note);
    // What an earlier one has said stays.
    Object.assign(merged, { ...detection, ...merged });
  }
  if (merged.processes === undefined) throw nothingDetected(asked, lacks);
  const found = merged.steps ?? [];
  const steps = merged.buildCommand === undefined ? found : replaceBuild(found, merged.buildCommand);
  return {
    ...(merged.settings ?? DEFAULT_SETTINGS),
    detector,
    root: '.',
    steps,
    caches: merged.caches ?? [],
    reuse: merged.reuse ?? null,
    processes: merged.processes.map((process) =>
      'site' in process && steps.length > 0
        ? { ...process, site: { ...process.site, built: true } }
        : process,
    ),
    notes: [...notes],
  };
}
