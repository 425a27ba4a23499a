import { type RigError, RigError as RigFailure, isRigError } from '@rig-ops/contract/errors';
import { baseImagesOf, isLanguage } from './base-images.ts';
import {
  type BuildMachine,
  type Detection,
  type Detector,
  isMiss,
  type MachineOf,
  type SourceTree,
} from './detector.ts';
import { DEFAULT_SETTINGS, type Plan, type PlanStep, RELEASE_SECONDS } from './plan.ts';
import { RELEASE_PROCESS } from '../features/rollouts/release-process.ts';
import { resolveRoot } from './resolve-root.ts';

/** What a detector gave to a plan. */
type Given = 'processes' | 'steps' | 'settings';

/** What became of one detector. */
interface Verdict {
  detector: string;
  /** `used`: the plan has something of it. `matched`: of its kind, but others had said everything. */
  verdict: 'used' | 'matched' | 'missed' | 'failed' | 'not-asked';
  /** Why, a sentence each. */
  evidence: string[];
  gives: Given[];
}

/** How a plan came about, or why there is none. */
export interface Explanation {
  root: string;
  verdicts: Verdict[];
  plan: Plan | null;
  failure: RigError | null;
}

export interface PlanOptions {
  /** Folder of the app that was asked for; `.` leaves it to the rig.toml of the source. */
  root?: string;
}

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
  return new RigFailure(
    'nothing_detected',
    ['No way to run this source was found. rig looked for:', ...lookedFor, ...lacks].join('\n'),
    { details: { lookedFor: asked.map((detector) => detector.explain) } },
  );
}

type Merged = Omit<Detection, 'notes' | 'evidence'>;

/** What of an answer was not said before. */
function givenBy(detection: Detection, before: Merged): Given[] {
  const kinds = ['settings', 'processes', 'steps'] as const;
  const given: Given[] = kinds.filter((kind) => before[kind] === undefined && detection[kind] !== undefined);
  // A build command is steps as well.
  return detection.buildCommand !== undefined && !given.includes('steps') ? [...given, 'steps'] : given;
}

/** Asks the detectors in order; each fills in what those before it left open: the processes, the steps of the build, the settings. */
export async function explainPlan(
  source: SourceTree,
  machine: BuildMachine | MachineOf,
  detectors: readonly Detector[],
  options: PlanOptions = {},
): Promise<Explanation> {
  const verdicts: Verdict[] = [];
  const state = { root: options.root ?? '.' };
  try {
    const plan = await ask(source, machine, detectors, options, verdicts, state);
    return { root: state.root, verdicts, plan, failure: null };
  } catch (error) {
    if (!isRigError(error)) throw error;
    return { root: state.root, verdicts, plan: null, failure: error };
  }
}

/**
 * The plan for a source.
 * @throws RigError `nothing_detected` when no process was named, and whatever a detector throws
 */
export async function makePlan(
  source: SourceTree,
  machine: BuildMachine | MachineOf,
  detectors: readonly Detector[],
  options: PlanOptions = {},
): Promise<Plan> {
  return ask(source, machine, detectors, options, [], { root: '.' });
}

async function ask(
  source: SourceTree,
  machine: BuildMachine | MachineOf,
  detectors: readonly Detector[],
  options: PlanOptions,
  verdicts: Verdict[],
  state: { root: string },
): Promise<Plan> {
  const { notes: rootNotes, root } = await resolveRoot(source, options.root ?? '.');
  state.root = root;
  const tree = source.at(root);
  const asked: Detector[] = [];
  const notes = new Set<string>(rootNotes);
  const lacks: string[] = [];
  const merged: Merged = {};
  let detector = '';
  let language: string | null = null;
  const machineOf = typeof machine === 'function' ? machine : () => machine;
  let imageDetector = '';
  const pass = (each: Detector, why: string) =>
    verdicts.push({ detector: each.name, verdict: 'not-asked', evidence: [why], gives: [] });
  for (const each of detectors) {
    if (merged.only !== undefined && each.name !== merged.only) {
      pass(each, `rig.toml asks for ${merged.only} alone.`);
      continue;
    }
    if (merged.processes !== undefined && merged.steps !== undefined) {
      pass(each, 'The detectors before it say everything.');
      continue;
    }
    asked.push(each);
    const answer = await detectOrFail(each, tree, machineOf(each.name, merged.baseImages?.build), verdicts);
    if (isMiss(answer)) {
      verdicts.push({ detector: each.name, verdict: 'missed', evidence: [answer.missed], gives: [] });
      if (answer.note !== undefined) notes.add(answer.note);
      continue;
    }
    const gives = givenBy(answer, merged);
    const { evidence, notes: own, ...said } = answer;
    const isLack = said.lacks !== undefined && merged.processes === undefined;
    const why = isLack ? [...evidence, said.lacks ?? ''] : evidence;
    verdicts.push({
      detector: each.name,
      verdict: gives.length > 0 ? 'used' : 'matched',
      evidence: why,
      gives,
    });
    if (gives.includes('processes')) detector = each.name;
    if (gives.length > 0 && isLanguage(each.name)) language ??= each.name;
    if (said.image !== undefined && merged.image === undefined) imageDetector = each.name;
    if (said.lacks !== undefined) lacks.push(said.lacks);
    for (const note of own) notes.add(note);
    // Caches and reuse belong to the steps they were told with; what an earlier one has said stays.
    const { caches, reuse, ...rest } = said;
    const ofSteps = gives.includes('steps') ? { ...(caches && { caches }), ...(reuse && { reuse }) } : {};
    const env = { ...said.env, ...merged.env };
    Object.assign(merged, { ...rest, ...ofSteps, ...merged, env });
  }
  if (merged.processes === undefined) throw nothingDetected(asked, [...lacks, ...notes]);
  const found = merged.steps ?? [];
  const steps = merged.buildCommand === undefined ? found : replaceBuild(found, merged.buildCommand);
  const settings = merged.settings ?? DEFAULT_SETTINGS;
  const { baseImages: said = {}, processes } = merged;
  const limited = Object.keys(settings.limits ?? {}).find(
    (name) => name !== RELEASE_PROCESS && !processes.some((process) => process.name === name),
  );
  if (limited !== undefined)
    throw new RigFailure(
      'invalid_rig_toml',
      `rig.toml: [processes.${limited}] has limits and no command, and there is no process ${limited}.`,
    );
  return {
    ...(merged.releaseCommand === undefined
      ? {}
      : { releasePhase: { argv: merged.releaseCommand, timeoutSeconds: RELEASE_SECONDS } }),
    ...settings,
    env: { ...merged.env, ...settings.env },
    ...(merged.image === undefined ? {} : { image: merged.image }),
    ...(merged.port === undefined ? {} : { port: merged.port }),
    detector: merged.image === undefined ? detector : imageDetector,
    root,
    steps,
    caches: merged.caches ?? [],
    baseImages: baseImagesOf({ language: merged.only ?? language, steps, processes, said }),
    reuse: merged.reuse ?? null,
    processes: processes.map((process) =>
      'site' in process && steps.length > 0
        ? { ...process, site: { ...process.site, built: true } }
        : process,
    ),
    notes: [...notes],
  };
}

async function detectOrFail(each: Detector, tree: SourceTree, machine: BuildMachine, verdicts: Verdict[]) {
  try {
    return await each.detect(tree, machine);
  } catch (error) {
    if (isRigError(error))
      verdicts.push({ detector: each.name, verdict: 'failed', evidence: [error.message], gives: [] });
    throw error;
  }
}
