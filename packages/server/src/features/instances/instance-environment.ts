import { delimiter, dirname, join } from 'node:path';
import { IMAGE_PORT } from '../../engines/engine.ts';
import type { ReleaseRecord, RuntimePlan } from '../releases/release-store.ts';

/** The variable that tells where another app is. */
export const urlVariable = (app: string): string => `RIG_${app.toUpperCase().replaceAll('-', '_')}_URL`;

/** Where installs put programs, below a folder. */
const PROGRAM_FOLDERS = [join('node_modules', '.bin'), join('.venv', 'bin')];

/**
 * PATH of what runs in an artifact: its own programs, then rig's Node, then those of the machine.
 * @param root folder of the app in the artifact
 */
export function pathOf(
  artifact: string,
  node: string | null,
  base: Record<string, string>,
  root = '.',
): string {
  const folders = [...new Set([join(artifact, root), join(artifact, '.')])];
  const own = folders.flatMap((folder) => PROGRAM_FOLDERS.map((name) => join(folder, name)));
  const ofRig = node === null ? [] : [dirname(node)];
  return [...own, ...ofRig, base['PATH'] ?? '/usr/bin:/bin'].join(delimiter);
}

/** What programs are told unless somebody says otherwise. */
export const PRODUCTION = { NODE_ENV: 'production', PYTHONUNBUFFERED: '1' } as const;

/** The port that a process finds as PORT: in an image it is one of the image. */
export function portInside(
  { image, port: inside = IMAGE_PORT }: Pick<RuntimePlan, 'image' | 'port'>,
  port: number | null,
): number | null {
  return image === undefined || port === null ? port : inside;
}

export interface EnvironmentInput {
  baseEnvironment: Record<string, string>;
  node: string;
  artifact: string;
  app: string;
  release: ReleaseRecord;
  /** Variables of the app, secrets among them. */
  config: Record<string, string>;
  instance: { process: string; name: string; port: number | null };
  /** URL by name of the other apps of its network. */
  neighbours: ReadonlyMap<string, string>;
  /** Ports of those that listen on another one in their image than is usual. */
  insidePorts?: ReadonlyMap<string, number>;
}

/** What the machine has to say, and what is usual in production; an image says it itself. */
function placeIn({ artifact, baseEnvironment, node, release }: EnvironmentInput): Record<string, string> {
  if (release.runtime.image !== undefined) return { HOST: '0.0.0.0' };
  const { HOME: _, TMPDIR: __, ...base } = baseEnvironment;
  return {
    ...base,
    PATH: pathOf(artifact, node, baseEnvironment, release.runtime.root),
    HOST: '127.0.0.1',
    ...PRODUCTION,
  };
}

/**
 * The whole environment of an instance. Nothing of rigd's own is in it; HOME and TMPDIR come from the engine.
 * What the app sets itself wins, its configuration over its rig.toml, but for PORT and RIG_*, which say where it is.
 */
export function environmentOf(input: EnvironmentInput): Record<string, string> {
  const { instance, release } = input;
  const env: Record<string, string> = {
    ...placeIn(input),
    ...release.runtime.env,
    ...input.config,
    RIG_APP: input.app,
    RIG_PROCESS: instance.process,
    RIG_INSTANCE: instance.name,
    RIG_RELEASE: String(release.version),
  };
  const { runtime } = release;
  const port = portInside(runtime, instance.port);
  if (port !== null) env['PORT'] = String(port);
  for (const [name, url] of input.neighbours) {
    const inside = input.insidePorts?.get(name) ?? IMAGE_PORT;
    env[urlVariable(name)] = runtime.image === undefined ? url : `http://${name}:${inside}`;
  }
  return env;
}
