import { createHash } from 'node:crypto';

/** What decides the artifact of a build, besides the programs that make it. */
export interface BuildInputs {
  bundleId: string;
  /** Folder of the app that was asked for. */
  root: string;
  /** Variables of the app that are for builds. */
  config: Readonly<Record<string, string>>;
  /** What every build is given, as PATH. */
  baseEnvironment: Readonly<Record<string, string>>;
  /** Of rigd, whose detectors decide what is run. */
  version: string;
}

const sorted = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).toSorted(([left], [right]) => (left < right ? -1 : 1));

/** The same for the same inputs; tells nothing of the values. */
export function digestOfInputs({ config, baseEnvironment, ...rest }: BuildInputs): string {
  return createHash('sha256')
    .update(JSON.stringify([rest.bundleId, rest.root, rest.version, sorted(config), sorted(baseEnvironment)]))
    .digest('hex');
}
