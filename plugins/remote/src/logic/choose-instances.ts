import type { AppDetails } from '@rig-ops/contract/resources';
import { RigError } from '@rig-ops/contract/errors';

export interface InstanceChoice {
  /** Names of instances or processes, or patterns with `*` and `?`; undefined for all. */
  patterns: string[] | undefined;
  process: string | undefined;
  release: number | undefined;
}

/**
 * Which running instances are meant, in the order of the app.
 * @throws RigError `instance_not_found` when there is none, or none for one of the patterns
 */
export function chooseInstances(
  app: Pick<AppDetails, 'name' | 'instances'>,
  { patterns, process, release }: InstanceChoice,
): string[] {
  const running = app.instances.filter(
    (instance) =>
      instance.state === 'running' &&
      (process === undefined || instance.process === process) &&
      (release === undefined || instance.release === release),
  );
  const wanted = (patterns ?? ['*']).map((pattern) => {
    const matches = matcherOf(pattern);
    const found = running.filter((instance) => matches(instance.name) || matches(instance.process));
    if (found.length === 0) throw noneOf(app.name, patterns === undefined ? undefined : pattern, running);
    return found;
  });
  const chosen = new Set(wanted.flat());
  return [...new Set(running.filter((instance) => chosen.has(instance)).map(({ name }) => name))];
}

function matcherOf(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const expression = new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  return (name) => expression.test(name);
}

function noneOf(app: string, pattern: string | undefined, running: { name: string }[]): RigError {
  const names = running.map(({ name }) => name).join(', ');
  const what = pattern === undefined ? 'no running instance' : `no running instance for "${pattern}"`;
  return new RigError('instance_not_found', `App "${app}" has ${what}.`, {
    hint: names === '' ? `Run \`rig apps info ${app}\` for its instances.` : `There are: ${names}.`,
  });
}
