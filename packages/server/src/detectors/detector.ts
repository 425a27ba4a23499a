import type { BaseImages } from './base-images.ts';
import type { ImagePlan, InstallReuse, PlanCache, PlanSettings, PlanStep, ProcessPlan } from './plan.ts';

/** A folder of a source, read by detectors. Paths are relative to it with `/`, and may not leave it. */
export interface SourceTree {
  /** Where it lies in the source: `.`, or as `services/api`. */
  readonly path: string;
  /** Whether there is a regular file, or a link to one. */
  hasFile(path: string): Promise<boolean>;
  /** Names of the folders directly in a folder, sorted; none when there is no such folder. */
  foldersIn(path: string): Promise<string[]>;
  /** Content of a text file; null when there is no such file. */
  readText(path: string): Promise<string | null>;
  /** Another folder of the same source, by its path in it. */
  at(path: string): SourceTree;
}

/** What the machine offers to a build. */
export interface BuildMachine {
  /** Version of the Node that builds and processes run with, as `24.1.0`; null where that is for an image to say. */
  readonly nodeVersion: string | null;
  /** Whether what is built runs as an image. */
  readonly images?: boolean;
  /** Whether a program of that name is on the PATH of builds. */
  hasProgram(name: string): Promise<boolean>;
  /** Whether a short command, that changes nothing, ends well. */
  succeeds(argv: readonly string[]): Promise<boolean>;
}

/**
 * The machine that a detector asks.
 * @param detector by its name: a language may have a machine of its own
 * @param image that the app is to be built in, if it says so
 */
export type MachineOf = (detector: string, image: string | undefined) => BuildMachine;

/** What one detector has to say; what it leaves out the next one is asked for. */
export interface Detection {
  /** What it found that made it say so, a sentence each. */
  evidence: string[];
  steps?: PlanStep[];
  /** Of these steps. */
  caches?: PlanCache[];
  /** Of these steps; absent when they have to run each time. */
  reuse?: InstallReuse;
  processes?: ProcessPlan[];
  /** In place of an artifact; comes without steps. */
  image?: ImagePlan;
  /** Port that `web` listens on in its image. */
  port?: number;
  /** For the build and every process, where the app does not say otherwise. */
  env?: Record<string, string>;
  settings?: PlanSettings;
  /** Runs once before a release, unless the settings say otherwise. */
  releaseCommand?: string[];
  /** Takes the place of the build steps that another detector finds. */
  buildCommand?: PlanStep;
  /** What it is to be built in and put on. */
  baseImages?: Partial<BaseImages>;
  /** Ask only this detector for what is left out. */
  only?: string;
  /** Why it names no process although the source is of its kind. */
  lacks?: string;
  /** For people, where its part of the plan is used. */
  notes: string[];
}

/** The source is not of its kind. */
export interface Miss {
  /** Why not, a sentence. */
  missed: string;
  /** For people, where the owner of the source may expect otherwise. */
  note?: string;
}

/** Recognises one kind of source. */
export interface Detector {
  readonly name: string;
  /** What it looks for, for the message that nothing was found. */
  readonly explain: string;
  /** Text files it usually reads, so that who answers from afar can bring them at once. */
  readonly reads: readonly string[];
  /** @throws RigError when the source is of its kind, and is wrong or cannot be built here */
  detect(tree: SourceTree, machine: BuildMachine): Promise<Detection | Miss>;
}

export const isMiss = (answer: Detection | Miss): answer is Miss => 'missed' in answer;
