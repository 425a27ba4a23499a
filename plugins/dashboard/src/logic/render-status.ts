import { describePlace } from '@rig-ops/contract/database-place';
import type { Problem, Status } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import {
  formatBytes,
  formatDuration,
  formatRelativeTime,
  layOutTable,
  sanitise,
  textWidth,
} from '@rig-ops/kit/text';
import { renderApps } from './render-apps.ts';
import { wrapText } from './wrap-text.ts';

export interface Look {
  /** Columns of the terminal. */
  width: number;
  now: Date;
  style: Ui['style'];
}

const SHOWN_EVENTS = 5;
/** The one screen of `rig status`: platform, problems, apps, events. */
export function renderStatus(status: Status, look: Look): string {
  const sections = [
    renderPlatform(status.platform, look),
    renderProblems(status.problems, look),
    renderApps(status.apps, look),
    renderEvents(status.events, look),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function renderPlatform(platform: Status['platform'], { width, now, style }: Look): string[] {
  const { version, engine, url, edgeUrl, startedAt, memoryBytes, diskFreeBytes, database } = platform;
  const up = formatDuration(Math.max(0, now.getTime() - Date.parse(startedAt)));
  const edge = edgeUrl === null ? style('bad', 'edge down') : `edge ${edgeUrl}`;
  const name = `${style('strong', 'platform')} ${sanitise(version)}`;
  const facts = [`${sanitise(engine)} engine`, `up ${up}`];
  if (database?.kind === 'postgres') facts.push(`state in ${sanitise(describePlace(database))}`);
  const room = [`memory ${formatBytes(memoryBytes)}`, `disk free ${formatBytes(diskFreeBytes)}`];
  const separator = style('dim', ' · ');
  const line = (parts: string[]) => parts.join(separator);
  const whole = line([name, ...facts, url, edge, ...room]);
  return textWidth(whole) <= width ? [whole] : [line([name, ...facts, ...room]), line([url, edge])];
}

function renderProblems(problems: Problem[], { width, style }: Look): string[] {
  if (problems.length === 0) return [style('good', 'All is well.')];
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [
    style('bad', title),
    ...problems.flatMap(({ app, message, fix }) => [
      ...wrapText(sanitise(app === null ? message : `${app}: ${message}`), {
        width,
        first: '  ! ',
        rest: '    ',
      }),
      ...wrapText(sanitise(fix), { width, first: '    fix: ', rest: '         ' }).map((text) =>
        style('dim', text),
      ),
    ]),
  ];
}

function renderEvents(events: Status['events'], { width, now, style }: Look): string[] {
  if (events.length === 0) return [];
  const rows = events.slice(0, SHOWN_EVENTS).map(({ at, app, message }) => ({
    at: formatRelativeTime(at, now),
    app: app ?? 'platform',
    // A table keeps the styles of what it is given, and these words are not ours.
    message: sanitise(message),
  }));
  const columns = [
    { key: 'at', header: '', align: 'right' as const },
    { key: 'app', header: '' },
    { key: 'message', header: '' },
  ];
  const [, ...lines] = layOutTable(rows, columns, { width: width - 2 });
  return [style('dim', 'LATEST EVENTS'), ...lines.map((text) => `  ${text}`)];
}
