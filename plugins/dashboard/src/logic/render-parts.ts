import { describePlace } from '@rig-ops/contract/database-place';
import type { DrainState, NetworkState, Status, Storage } from '@rig-ops/contract/resources';
import { formatBytes, formatDuration, formatRelativeTime, sanitise } from '@rig-ops/kit/text';
import type { Look } from './look.ts';
import { wrapText } from './wrap-text.ts';

const LABEL = 10;
/** Of more, those with problems are told, and how many there are. */
const MOST_NETWORKS = 6;
const MOST_DEPLOYS = 5;

type Line = readonly [label: string, facts: string[]];

/** What there is beside apps, a line for each that has something to tell. */
export function renderParts(status: Status, { now, style, width }: Look): string[] {
  const lines: Line[] = [
    ['platform', describePlatform(status, now)],
    ...describeEngines(status),
    ['edge', [status.platform.edgeUrl ?? style('bad', 'down')]],
    ['networks', describeNetworks(status.networks)],
    ...describeDeploys(status.deploys, now),
    ['sessions', describeSessions(status.sessions)],
    ['drains', (status.drains ?? []).map((drain) => describeDrain(drain, style))],
    ['disk', describeDisk(status)],
  ];
  return lines
    .filter(([, facts]) => facts.length > 0)
    .flatMap(([label, facts]) => {
      const [first = '', ...rest] = wrapText(facts.join(' · '), {
        width,
        first: label.padEnd(LABEL),
        rest: ' '.repeat(LABEL),
      });
      return [style('dim', first.slice(0, LABEL)) + first.slice(LABEL), ...rest];
    });
}

function describePlatform({ platform }: Status, now: Date): string[] {
  const { database } = platform;
  const up = formatDuration(Math.max(0, now.getTime() - Date.parse(platform.startedAt)));
  return [
    sanitise(platform.version),
    `up ${up}`,
    platform.url,
    ...(database?.kind === 'postgres' ? [`state in ${sanitise(describePlace(database))}`] : []),
    `memory ${formatBytes(platform.memoryBytes)}`,
  ];
}

function describeEngines({ engine, engines = [engine] }: Status): Line[] {
  return engines.map((each, place): Line => [place === 0 ? 'engine' : '', describeEngine(each)]);
}

function describeEngine({ isolated, name, version, why }: Status['engine']): string[] {
  const called = sanitise(version == null ? name : `${name} ${version}`);
  if (isolated) return [called, 'apps are isolated'];
  return [called, `apps are not isolated${why === null ? '' : `: ${sanitise(why)}`}`];
}

function describeNetworks(networks: readonly NetworkState[]): string[] {
  // One that is always there, and has every app in it, tells nothing.
  if (networks.length <= 1) return [];
  const shown =
    networks.length <= MOST_NETWORKS
      ? networks
      : networks.filter(({ problems }) => problems > 0).slice(0, MOST_NETWORKS);
  const told = shown.map(({ apps, name, problems }) => {
    const count = apps === 1 ? '1 app' : `${apps} apps`;
    return `${name} ${count}${problems === 0 ? '' : `, ${problems} with problems`}`;
  });
  const rest = networks.length - shown.length;
  return rest === 0 ? told : [...told, `${rest} ${shown.length === 0 ? 'networks' : 'others'}`];
}

function describeDeploys(deploys: Status['deploys'], now: Date): Line[] {
  const lines = deploys
    .slice(0, MOST_DEPLOYS)
    .map(({ app, kind, release, startedAt, step, user }, place): Line => {
      const what = `${app}${release === null ? '' : ` v${release}`}`;
      const facts = [
        kind === 'deploy' ? what : `${what} (${kind})`,
        step,
        formatRelativeTime(startedAt, now),
        sanitise(user),
      ];
      return [place === 0 ? 'deploys' : '', facts];
    });
  const rest = deploys.length - lines.length;
  return rest === 0 ? lines : [...lines, ['', [`and ${rest} more`]]];
}

function describeSessions({ attached, detached, recording, running }: Status['sessions']): string[] {
  if (running === 0) return [];
  const parts = [
    [attached, 'attached'],
    [detached, 'detached'],
    [recording, 'recorded'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [`${running} ${running === 1 ? 'runs' : 'run'}`, ...told];
}

function describeDrain({ kind, lagRecords, message, name, state }: DrainState, style: Look['style']): string {
  const what = kind === 'audit' ? `${name} (audit)` : name;
  if (state === 'ok') return `${what} ok`;
  const lag = lagRecords === null ? '' : `, ${lagRecords} behind`;
  if (state === 'behind') return `${what} ${style('warn', `behind`)}${lag}`;
  return `${what} ${style('bad', 'failing')}${lag}${message === null ? '' : `: ${sanitise(message)}`}`;
}

function describeDisk({ platform, storage }: Status): string[] {
  if (storage === null) return [`${formatBytes(platform.diskFreeBytes)} free`];
  const { diskFreeBytes, diskTotalBytes, parts } = storage;
  const used = parts
    .toSorted((a, b) => b.bytes - a.bytes)
    .filter(({ bytes }) => bytes >= 1_000_000)
    .slice(0, 4);
  return [`${formatBytes(diskFreeBytes)} of ${formatBytes(diskTotalBytes)} free`, ...used.map(describePart)];
}

function describePart({ bytes, limitBytes, name }: Storage['parts'][number]): string {
  return `${name} ${formatBytes(bytes)}${limitBytes === null ? '' : ` of ${formatBytes(limitBytes)}`}`;
}
