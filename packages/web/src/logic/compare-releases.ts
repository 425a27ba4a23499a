import type { ReleaseContent } from '@rig-ops/contract/resources';

export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly name: string;
  /** What it was and is, in words; null where that is not told. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface ReleaseComparison {
  /** Null when the files of one of both are not kept any more. */
  readonly files: readonly Change[] | null;
  readonly processes: readonly Change[];
  /** Variables of the configuration and of the source; values are not compared, they are not known. */
  readonly variables: readonly Change[];
  readonly settings: readonly Change[];
  readonly same: boolean;
}

/** What is different in `to`, compared with `from`. */
export function compareReleases(from: ReleaseContent, to: ReleaseContent): ReleaseComparison {
  const files =
    from.files === null || to.files === null
      ? from.bundle === to.bundle
        ? []
        : null
      : changes(
          new Map(from.files.map((file) => [file.path, { sign: file.digest, words: null }])),
          new Map(to.files.map((file) => [file.path, { sign: file.digest, words: null }])),
        );
  const processes = changes(processesOf(from), processesOf(to));
  const variables = changes(variablesOf(from), variablesOf(to));
  const settings = changes(settingsOf(from), settingsOf(to));
  return {
    files,
    processes,
    variables,
    settings,
    same: [files ?? [null], processes, variables, settings].every((list) => list.length === 0),
  };
}

interface Item {
  /** The same as long as it is the same. */
  readonly sign: string;
  readonly words: string | null;
}

function changes(from: ReadonlyMap<string, Item>, to: ReadonlyMap<string, Item>): Change[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].toSorted(byName);
  return names.flatMap((name): Change[] => {
    const [a, b] = [from.get(name), to.get(name)];
    if (a?.sign === b?.sign) return [];
    const kind = a === undefined ? 'added' : b === undefined ? 'removed' : 'changed';
    return [{ kind, name, from: a?.words ?? null, to: b?.words ?? null }];
  });
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const item = (words: string): Item => ({ sign: words, words });

const processesOf = ({ processes }: ReleaseContent) =>
  new Map(processes.map(({ name, command }) => [name, item(command.join(' '))]));

const variablesOf = ({ variables, environment }: ReleaseContent) =>
  new Map<string, Item>([
    ...environment.map((key): [string, Item] => [key, { sign: 'source', words: 'set by the source' }]),
    ...variables.map(({ key, secret, updatedAt }): [string, Item] => [
      key,
      { sign: `${secret} ${updatedAt}`, words: secret ? 'secret' : 'set' },
    ]),
  ]);

const settingsOf = ({ settings, detector, steps }: ReleaseContent) =>
  new Map([
    ...Object.entries(settings).map(([name, value]): [string, Item] => [name, item(value)]),
    ['detector', item(detector)] as const,
    ['build steps', item(steps.join(', ') || 'none')] as const,
  ]);
