import type { EngineCapabilities } from './engine.ts';

const words: Record<string, string> = {
  true: 'yes',
  false: 'no',
  variables: 'by `RIG_<APP>_URL`',
  names: 'by name, and by `RIG_<APP>_URL`',
  machine: 'on the machine of the platform',
  container: 'in a container',
  'exactly-once': 'each line once',
  'gaps-told': 'each line once; what could not be kept is told',
  'pid-namespace': 'pid namespace',
  cgroup: 'cgroup',
  processes: 'mark, group and descent of processes',
  listening: 'whatever listens in it',
  published: 'what is published',
};
const DEPENDS = '*as the machine lets it*';

const say = (value: string | boolean): string => words[String(value)] ?? String(value);

/** A getter is known only once the machine was looked at. */
const valueOf = <K extends keyof EngineCapabilities>(
  all: EngineCapabilities,
  name: K,
  show: (value: EngineCapabilities[K]) => string,
): string => (Object.getOwnPropertyDescriptor(all, name)?.get === undefined ? show(all[name]) : DEPENDS);

/** What an engine does not promise, in words for people. */
export function whatItCannot(all: EngineCapabilities): string[] {
  const cannot: readonly [boolean, string][] = [
    [!all.outlivesControlPlane, 'instances do not outlive rigd'],
    [!all.isolated, 'instances are not isolated from one another'],
    [!all.networks.isolated, 'apps of other networks are not kept out'],
    [!all.limits, 'memory and CPU of an instance are not limited'],
    [!all.usage, 'memory and CPU of an instance are not measured'],
    [all.logs === 'gaps-told', 'a log may have gaps, which it tells'],
    [all.sessions === 'processes', 'what a session starts may outlive it when it hides'],
    [!all.users, 'no session as another user'],
    [all.forward === 'published', 'only published ports can be forwarded'],
    [!all.copy, 'files cannot be copied'],
  ];
  return cannot.flatMap(([is, words]) => (is ? [words] : []));
}

/** What engines promise, as the table of docs/engines.md. */
export function describeEngines(
  engines: readonly { name: string; capabilities: EngineCapabilities }[],
): string {
  const row = (title: string, show: (all: EngineCapabilities) => string): string =>
    `| ${[title, ...engines.map(({ capabilities }) => show(capabilities))].join(' | ')} |`;
  return [
    `| promise | ${engines.map(({ name }) => name).join(' | ')} |`,
    `|---|${engines.map(() => '---|').join('')}`,
    row('instances, their output and sessions outlive rigd', (all) =>
      valueOf(all, 'outlivesControlPlane', say),
    ),
    row('instances are isolated from one another and from rigd', (all) => valueOf(all, 'isolated', say)),
    row('apps of a network find one another', ({ networks }) => say(networks.discovery)),
    row('apps of other networks are kept out', ({ networks }) => say(networks.isolated)),
    row('releases are images', (all) => valueOf(all, 'images', say)),
    row('images of releases', ({ fetchesFiles, images }) =>
      fetchesFiles ? 'fetched from a registry, by digest' : images ? 'from the daemon, by id' : 'none',
    ),
    row('files of a release that is no image', ({ fetchesFiles, images }) =>
      fetchesFiles
        ? 'fetched by each instance'
        : images
          ? 'made into an image'
          : 'on the machine of the platform',
    ),
    row('builds run', (all) => valueOf(all, 'builds', say)),
    row('memory and CPU of an instance are limited', (all) => valueOf(all, 'limits', say)),
    row('memory and CPU of an instance are measured', (all) => valueOf(all, 'usage', say)),
    row('logs', (all) => valueOf(all, 'logs', say)),
    row('what a session starts is held by', (all) => valueOf(all, 'sessions', say)),
    row('sessions as another user', (all) => valueOf(all, 'users', say)),
    row('ports of an instance that can be reached', (all) => valueOf(all, 'forward', say)),
    row('files can be copied', (all) => valueOf(all, 'copy', say)),
  ].join('\n');
}
