import type { RigToml } from '@rig-ops/contract/rig-toml';
import { parseMemory } from '@rig-ops/contract/rig-toml';
import type { Detector } from '../detector.ts';
import { RELEASE_PROCESS } from '../../features/rollouts/release-process.ts';
import { DEFAULT_SETTINGS, type PlanSettings, type ProcessLimits, type ProcessPlan } from '../plan.ts';
import { toArgv } from '../shell-command.ts';
import { healthOf } from './health-of.ts';
import { readRigToml } from './read-rig-toml.ts';
import { rolloutOf } from './rollout-of.ts';

type ProcessEntry = NonNullable<RigToml['processes']>[string];

/** The command of a process; undefined where it has limits alone. */
const commandOf = (entry: ProcessEntry): string | string[] | undefined =>
  typeof entry === 'string' || Array.isArray(entry) ? entry : entry.command;

function limitsOf({ processes = {} }: RigToml): Pick<PlanSettings, 'limits'> {
  const limits: Record<string, ProcessLimits> = {};
  for (const [name, entry] of Object.entries(processes)) {
    if (typeof entry === 'string' || Array.isArray(entry)) continue;
    const { cpus, memory } = entry;
    if (cpus === undefined && memory === undefined) continue;
    limits[name] = { memoryBytes: memory === undefined ? null : parseMemory(memory), cpus: cpus ?? null };
  }
  return Object.keys(limits).length === 0 ? {} : { limits };
}

function settingsOf(toml: RigToml): PlanSettings {
  return {
    env: toml.env ?? {},
    ...healthOf(toml),
    ...rolloutOf(toml),
    ...limitsOf(toml),
    ...(toml.run?.readonly === true ? { readOnly: true } : {}),
    ...(toml.run?.capabilities === undefined ? {} : { capabilities: toml.run.capabilities }),
    ...(toml.run?.user === undefined ? {} : { runAs: String(toml.run.user) }),
    ...(toml.grace === undefined ? {} : { graceSeconds: toml.grace }),
    drainSeconds: toml.drain ?? DEFAULT_SETTINGS.drainSeconds,
    stepTimeoutSeconds: toml.build?.timeout ?? DEFAULT_SETTINGS.stepTimeoutSeconds,
  };
}

function processesOf(toml: RigToml): ProcessPlan[] | undefined {
  const named = Object.entries(toml.processes ?? {})
    .filter(([name]) => name !== RELEASE_PROCESS)
    .flatMap(([name, entry]) => {
      const command = commandOf(entry);
      return command === undefined ? [] : [{ name, argv: toArgv(command) }];
    });
  if (named.length > 0 && toml.build?.output === undefined) return named;
  if (toml.build?.output === undefined) return undefined;
  if (named.some((process) => process.name === 'web')) return named;
  return [{ name: 'web', site: { folders: [toml.build.output], built: false } }, ...named];
}

/** rig.toml: the manifest of an app. What it does not say the next detectors find out. */
export const rigTomlDetector: Detector = {
  name: 'rig.toml',
  explain: 'rig.toml: a [processes] table, or [build] output = "folder"',
  reads: ['rig.toml'],
  detect: async (tree, machine) => {
    const toml = await readRigToml(tree);
    if (toml === null) return { missed: 'There is no rig.toml.' };
    const processes = processesOf(toml);
    const command = toml.build?.command;
    // As in a Procfile: what runs once before a release, not beside it.
    const release = toml.processes?.[RELEASE_PROCESS];
    const releaseCommand = release === undefined ? undefined : commandOf(release);
    const baseImages = {
      ...(toml.build?.image === undefined ? {} : { build: toml.build.image }),
      ...(toml.run?.image === undefined ? {} : { run: toml.run.image }),
    };
    const only = toml.build?.detector;
    const buildCommand =
      command === undefined
        ? undefined
        : {
            name: typeof command === 'string' ? command : command.join(' '),
            phase: 'build' as const,
            argv: toArgv(command),
          };
    const tables = Object.keys(toml).filter((key) => key !== 'app' && key !== 'root');
    return {
      evidence: [`rig.toml has ${tables.length === 0 ? 'no more than a name' : tables.join(', ')}.`],
      settings: settingsOf(toml),
      ...(processes === undefined ? {} : { processes }),
      ...(releaseCommand === undefined ? {} : { releaseCommand: toArgv(releaseCommand) }),
      ...(buildCommand === undefined ? {} : { buildCommand }),
      // A build command says the whole build, unless a detector is named beside it.
      ...(buildCommand !== undefined && only === undefined ? { steps: [] } : {}),
      baseImages,
      ...(only === undefined ? {} : { only }),
      ...(toml.port === undefined ? {} : { port: toml.port }),
      notes:
        toml.port === undefined || machine.images === true
          ? []
          : ['`port` is not used: this platform runs programs, and tells `web` its port as PORT.'],
    };
  },
};
