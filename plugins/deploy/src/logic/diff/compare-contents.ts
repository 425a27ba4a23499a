/** What a release is made of, as far as it is known. */
export interface Content {
  /** By path; null when it is not known. */
  files: Map<string, { size: number; digest: string }> | null;
  detector: string;
  steps: readonly string[];
  /** Name → command. */
  processes: Map<string, string>;
  /** Names of the variables that the source sets. */
  environment: readonly string[];
  /** Null when they are not known before the build. */
  settings: Map<string, string> | null;
  /** Names of variables → what changes with their values. */
  variables: Map<string, string>;
}

export interface Change {
  area: 'app' | 'build' | 'process' | 'route' | 'environment' | 'setting' | 'config' | 'rollout';
  name: string;
  change: 'added' | 'changed' | 'removed';
  /** Null where there was nothing, and for what is not told. */
  before: string | null;
  after: string | null;
}

export interface FileChange {
  path: string;
  change: 'added' | 'changed' | 'removed';
  /** Bytes; null where it is not there. */
  before: number | null;
  after: number | null;
}

export interface Difference {
  /** Null when the files of one side are not kept any more. */
  files: FileChange[] | null;
  changes: Change[];
}

type Area = Change['area'];

function* compareMaps(
  area: Area,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  isTold: boolean,
): Generator<Change> {
  for (const name of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, fresh] = [before.get(name), after.get(name)];
    if (old === fresh) continue;
    const change = old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed';
    const told = (text: string | undefined) => (isTold ? (text ?? null) : null);
    yield { area, name, change, before: told(old), after: told(fresh) };
  }
}

function compareFiles(before: Content['files'], after: Content['files']): FileChange[] | null {
  if (before === null || after === null) return null;
  const changes: FileChange[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, fresh] = [before.get(path), after.get(path)];
    if (old?.digest === fresh?.digest) continue;
    const change = old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed';
    changes.push({ path, change, before: old?.size ?? null, after: fresh?.size ?? null });
  }
  return changes;
}

const namesOf = (names: readonly string[]): Map<string, string> => new Map(names.map((name) => [name, '']));

const buildOf = (content: Content | null): Map<string, string> =>
  content === null
    ? new Map()
    : new Map([
        ['detector', content.detector],
        ...(content.steps.length === 0 ? [] : ([['steps', content.steps.join(' && ')]] as const)),
      ]);

/** The host-name route and port are those of `web`. */
const routesOf = (processes: ReadonlyMap<string, string>): Map<string, string> =>
  new Map(processes.has('web') ? [['web', 'the URL of the app']] : []);

/** What changes from one content to another; from nothing, everything is new. Values of variables are never told. */
export function compareContents(before: Content | null, after: Content): Difference {
  const processes = before?.processes ?? new Map<string, string>();
  const environment = namesOf(before?.environment ?? []);
  const settings =
    before?.settings == null || after.settings === null
      ? []
      : compareMaps('setting', before.settings, after.settings, true);
  return {
    files: compareFiles(before === null ? new Map() : before.files, after.files),
    changes: [
      ...compareMaps('build', buildOf(before), buildOf(after), true),
      ...compareMaps('process', processes, after.processes, true),
      ...compareMaps('route', routesOf(processes), routesOf(after.processes), true),
      ...compareMaps('environment', environment, namesOf(after.environment), false),
      ...settings,
      ...compareMaps('config', before?.variables ?? new Map(), after.variables, false),
    ],
  };
}
