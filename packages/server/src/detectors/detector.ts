import type { InstallReuse, PlanCache, PlanSettings, PlanStep, ProcessPlan } from './plan.ts';

/** A source tree on disk, read by detectors. Paths are relative to its root with `/`. */
export interface SourceTree {
  readonly root: string;
  /** Whether there is a regular file, or a link to one. */
  hasFile(path: string): Promise<boolean>;
  /** Content of a text file; null when there is no such file. */
  readText(path: string): Promise<string | null>;
}

/** What the machine offers to a build. */
export interface BuildMachine {
  /** Whether a program of that name is on the PATH of builds. */
  hasProgram(name: string): Promise<boolean>;
}

/** What one detector has to say; what it leaves out the next one is asked for. */
export interface Detection {
  steps?: PlanStep[];
  /** Of these steps. */
  caches?: PlanCache[];
  /** Of these steps; absent when they have to run each time. */
  reuse?: InstallReuse;
  processes?: ProcessPlan[];
  settings?: PlanSettings;
  /** Takes the place of the build steps that another detector finds. */
  buildCommand?: PlanStep;
  /** Ask only this detector for what is left out. */
  only?: string;
  /** Why it names no process although the source is of its kind. */
  lacks?: string;
  /** For people, where its part of the plan is used. */
  notes: string[];
}

/** Recognises one kind of source. */
export interface Detector {
  readonly name: string;
  /** What it looks for, for the message that nothing was found. */
  readonly explain: string;
  /**
   * @returns null when the source is not of its kind
   * @throws RigError when it is, and is wrong
   */
  detect(tree: SourceTree, machine: BuildMachine): Promise<Detection | null>;
}
