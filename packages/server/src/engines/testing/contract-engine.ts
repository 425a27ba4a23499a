import type { InstanceSpec, JobSpec } from '@rig-ops/contract/supervisor';
import type { Engine, ImagePlacement } from '../engine.ts';

/** What a contract program does; the maker of an engine says how it is written for it. */
export type ContractProgram = 'serve' | 'wait' | 'ignore-term' | 'exit-7' | 'missing';

export interface ContractEngine {
  engine: Engine;
  /** Working folder of everything. */
  folder: string;
  argvOf: (program: ContractProgram) => string[];
  /** The command of a build step that succeeds or fails. */
  stepArgv: (succeeds: boolean) => string[];
  /** Where a program runs, for an engine of images. */
  placeOf?: (spec: Pick<InstanceSpec, 'env'>) => ImagePlacement;
  /** Puts a file into the folder, where that is not of this machine. */
  putFile?: (name: string, text: string) => Promise<void>;
  /** Folder that build steps work in, where it is another one. */
  buildFolder?: string;
}

export const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' };

export const specOf = (
  made: ContractEngine,
  program: ContractProgram,
  change: Partial<InstanceSpec> = {},
): InstanceSpec => ({
  id: 'ins_1',
  app: 'shop',
  appId: 'app_shop',
  process: program === 'serve' ? 'web' : 'worker',
  name: 'web.1',
  release: 1,
  argv: made.argvOf(program),
  cwd: made.folder,
  env,
  ...change,
});

export const startInstance = (made: ContractEngine, spec: InstanceSpec): Promise<void> =>
  made.engine.startInstance(spec, made.placeOf?.(spec));

export const jobOf = (made: ContractEngine, steps: boolean[]): JobSpec => ({
  id: 'bld_1',
  steps: steps.map((succeeds, index) => ({
    name: `step ${index + 1}`,
    argv: made.stepArgv(succeeds),
    cwd: made.buildFolder ?? made.folder,
    env,
    timeoutMs: 10_000,
  })),
  preamble: ['begins'],
});
