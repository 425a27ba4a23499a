import { formatBytes, formatDuration, formatRelativeTime } from '@rig-ops/kit/text';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { Screen } from '../../logic/dashboard/screens.ts';
import { sparkline } from '../../logic/dashboard/sparkline.ts';
import { wrapText } from '../../logic/wrap-text.ts';
import { fit, line, type Look, type Piece, type Tone } from './look.ts';
import { problemText } from './problem-text.ts';
import type { Scene } from './scene.ts';
import type { Painted } from './table.ts';

/** From here on sections stand beside each other. */
const WIDE = 100;
const LABEL = 12;

type Section = (width: number) => string[];

/** Everything about the platform itself. */
export function paintOverview(scene: Scene, screen: Extract<Screen, { kind: 'overview' }>): Painted {
  const { ui, data } = scene;
  const { columns: width } = ui.size;
  if (data.status === null) return { lines: [], hits: new Map() };
  const left = [platformSection(scene), engineSection(scene), networkSection(scene)];
  const right = [storageSection(scene), drainSection(scene), sessionSection(scene), deploySection(scene)];
  const lines = [
    ...problemSection(scene)(width),
    ...(width >= WIDE
      ? beside(
          stack(left, Math.floor(width / 2)),
          stack(right, Math.ceil(width / 2)),
          Math.floor(width / 2),
          width,
        )
      : stack([...left, ...right], width)),
    ...eventSection(scene)(width),
  ];
  const height = contentRows(ui, screen, data);
  const top = Math.min(screen.top, Math.max(0, lines.length - height));
  return { lines: lines.slice(top, top + height), hits: new Map() };
}

function stack(sections: readonly Section[], width: number): string[] {
  return sections.flatMap((section) => {
    const lines = section(width);
    return lines.length === 0 ? [] : [...lines, ' '.repeat(width)];
  });
}

function beside(left: string[], right: string[], half: number, width: number): string[] {
  const blank = { left: ' '.repeat(half), right: ' '.repeat(width - half) };
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, index) => `${left[index] ?? blank.left}${right[index] ?? blank.right}`,
  );
}

function section(title: string, rows: readonly (readonly Piece[])[], look: Look): Section {
  return (width) =>
    rows.length === 0
      ? []
      : [
          line([['dim', ` ${title}`]], width, look),
          ...rows.map((pieces) => line([['plain', '  '], ...pieces], width - 1, look) + ' '),
        ];
}

const fact = (label: string, text: string, tone: Tone = 'plain'): Piece[] => [
  ['dim', fit(label, LABEL)],
  [tone, text],
];

function problemSection({ data, look }: Scene): Section {
  const problems = data.status?.problems ?? [];
  if (problems.length === 0)
    return (width) => [line([['good', ` ${look.sign('●')} All is well.`]], width, look), ''];
  return (width) => [
    line([['bad', ` ${problems.length === 1 ? '1 PROBLEM' : `${problems.length} PROBLEMS`}`]], width, look),
    ...problems.flatMap((problem) => [
      ...wrapText(problemText(problem), {
        width: width - 1,
        first: `  ${look.sign('▲')} `,
        rest: '    ',
      }).map((text) => line([['plain', text]], width, look)),
      ...wrapText(problem.fix, { width: width - 1, first: '    ', rest: '    ' }).map((text) =>
        line([['accent', text]], width, look),
      ),
    ]),
    '',
  ];
}

function platformSection({ data, look, now, ui }: Scene): Section {
  const { status, histories } = data;
  if (status === null) return () => [];
  const { platform } = status;
  const series = histories[ui.range].platform;
  const spark = (points: readonly (number | null)[] | undefined, top: number): Piece => [
    'accent',
    `  ${sparkline(points, { width: 24, levels: look.levels, top })}`,
  ];
  return section(
    'PLATFORM',
    [
      fact(
        'rigd',
        `${platform.version}, pid ${platform.pid}, up ${formatDuration(Math.max(0, now - Date.parse(platform.startedAt)))}`,
      ),
      fact('API', platform.url),
      fact('edge', platform.edgeUrl ?? 'down', platform.edgeUrl === null ? 'bad' : 'plain'),
      [...fact('memory', fit(formatBytes(platform.memoryBytes), 8)), spark(series?.memory, 0)],
      [...fact('cpu', fit(percentOf(series?.cpu), 8)), spark(series?.cpu, 10)],
      [...fact('event loop', fit(millisecondsOf(series?.eventLoop), 8)), spark(series?.eventLoop, 10)],
    ],
    look,
  );
}

function percentOf(points: readonly (number | null)[] | undefined): string {
  const value = points?.at(-1) ?? null;
  return value === null ? '–' : `${value.toFixed(1)}%`;
}

function millisecondsOf(points: readonly (number | null)[] | undefined): string {
  const value = points?.at(-1) ?? null;
  return value === null ? '–' : `${value.toFixed(1)} ms`;
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');

function engineSection({ data, look }: Scene): Section {
  const engine = data.status?.engine;
  if (engine === undefined) return () => [];
  const { capabilities } = engine;
  return section(
    'ENGINE',
    [
      fact('name', engine.name),
      fact('isolated', yes(engine.isolated), engine.isolated ? 'good' : 'warn'),
      ...(engine.why === null ? [] : [fact('why', engine.why, 'dim')]),
      fact('discovery', capabilities.discovery),
      fact(
        'promises',
        `outlives rigd: ${yes(capabilities.outlivesControlPlane)}; users: ${yes(capabilities.users)}; usage: ${yes(capabilities.usage)}`,
      ),
    ],
    look,
  );
}

function networkSection({ data, look }: Scene): Section {
  const networks = data.status?.networks ?? [];
  return section(
    'NETWORKS',
    networks.map(({ name, apps, running, problems }) => [
      ['strong', fit(name, 20)],
      ['plain', `${running}/${apps} apps run`],
      ['bad', problems === 0 ? '' : `  ${problems} with problems`],
    ]),
    look,
  );
}

function sessionSection({ data, look }: Scene): Section {
  const sessions = data.status?.sessions;
  if (sessions === undefined) return () => [];
  const { running, attached, detached, recording } = sessions;
  return section(
    'SESSIONS',
    [[['plain', `${running} running: ${attached} attached, ${detached} detached; ${recording} recorded`]]],
    look,
  );
}

function deploySection({ data, look, now }: Scene): Section {
  const deploys = data.status?.deploys ?? [];
  return section(
    'DEPLOYS UNDER WAY',
    deploys.map(({ app, release, step, startedAt, user }) => [
      ['warn', `${look.sign('⟳')} ${app}${release === null ? '' : ` v${release}`}: ${step}`],
      ['dim', ` for ${formatDuration(Math.max(0, now - Date.parse(startedAt)))}, by ${user}`],
    ]),
    look,
  );
}

const drainTones: Record<string, Tone> = { ok: 'good', behind: 'warn', failing: 'bad' };

function drainSection({ data, look }: Scene): Section {
  return section(
    'DRAINS',
    (data.status?.drains ?? []).map(({ name, kind, state, lagRecords, message }) => [
      ['strong', fit(name, 20)],
      ['dim', fit(kind, 6)],
      [drainTones[state] ?? 'plain', fit(state, 8)],
      ['dim', `${lagRecords === null ? '' : `${lagRecords} to send `}${message ?? ''}`],
    ]),
    look,
  );
}

function storageSection({ data, look }: Scene): Section {
  const storage = data.status?.storage;
  if (storage === undefined || storage === null) return () => [];
  const { diskFreeBytes, diskTotalBytes, parts, root } = storage;
  return section(
    'DISK AND RETENTION',
    [
      [
        ['dim', fit('disk', LABEL)],
        ['plain', `${formatBytes(diskFreeBytes)} free of ${formatBytes(diskTotalBytes)}`],
      ],
      [
        ['dim', fit('at', LABEL)],
        ['dim', root],
      ],
      ...parts.map(({ name, bytes, limitBytes, keeps }): Piece[] => [
        ['dim', fit(name, LABEL)],
        ['plain', fit(formatBytes(bytes), 8, 'right')],
        ['dim', `${limitBytes === null ? '' : ` of ${formatBytes(limitBytes)}`}  ${keeps}`],
      ]),
    ],
    look,
  );
}

function eventSection({ data, look, now }: Scene): Section {
  return section(
    'LATEST EVENTS',
    data.events
      .slice(-8)
      .toReversed()
      .map(({ at, app, message }) => [
        ['dim', fit(formatRelativeTime(at, new Date(now)), 11, 'right')],
        ['strong', `  ${fit(app ?? 'platform', 16)} `],
        ['plain', message],
      ]),
    look,
  );
}
