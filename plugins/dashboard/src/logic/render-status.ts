import type { Problem, Status } from '@rig-ops/contract/resources';
import { formatRelativeTime, layOutTable, sanitise } from '@rig-ops/kit/text';
import { ALL, type Look } from './look.ts';
import { renderApps } from './render-apps.ts';
import { renderParts } from './render-parts.ts';
import { wrapText } from './wrap-text.ts';

/** However small the terminal is: what is wrong comes before what is well. */
const FEWEST_APPS = 6;
const MOST_PROBLEMS = 5;
/** How many are told where there is room. */
const EVENTS = [5, 3, 0] as const;

/** The one screen of `rig status`: what is wrong and what to type, the platform, apps, and what happened last. */
export function renderStatus(status: Status, look: Look): string {
  const above = [renderProblems(status.problems, look), renderParts(status, look)];
  if (look.height === null)
    return join([
      ...above,
      renderApps(status, { ...look, most: null }),
      renderEvents(status.events, look, EVENTS[0]),
    ]);
  // A line of its own for each section, the head of the table, the line below it, and for the prompt.
  const takenAbove = above.reduce((sum, lines) => sum + lines.length + 1, 3);
  const wanted = Math.min(FEWEST_APPS, status.apps.length);
  const roomWith = (events: number): number =>
    (look.height ?? 0) - takenAbove - (events === 0 ? 0 : events + 2);
  const events = EVENTS.find((count) => roomWith(count) >= wanted) ?? 0;
  const most = Math.max(wanted === FEWEST_APPS ? 3 : wanted, roomWith(events));
  return join([...above, renderApps(status, { ...look, most }), renderEvents(status.events, look, events)]);
}

const join = (sections: readonly string[][]): string =>
  sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');

function renderProblems(problems: readonly Problem[], { height, style, width }: Look): string[] {
  if (problems.length === 0) return [style('good', 'All is well.')];
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const shown =
    height === null || problems.length <= MOST_PROBLEMS ? problems : problems.slice(0, MOST_PROBLEMS);
  return [
    style('bad', title),
    ...shown.flatMap(({ app, fix, message }) => [
      ...wrapText(sanitise(nameOnce(app, message)), { width, first: '  ! ', rest: '    ' }),
      ...wrapText(sanitise(fix), { width, first: '    fix: ', rest: '         ' }).map((text) =>
        style('dim', text),
      ),
    ]),
    ...(shown.length === problems.length
      ? []
      : [`  … and ${problems.length - shown.length} more: ${style('strong', ALL)}`]),
  ];
}

/** Most messages begin with the app that they are about. */
function nameOnce(app: string | null, message: string): string {
  return app === null || message.includes(app) ? message : `${app}: ${message}`;
}

function renderEvents(events: Status['events'], { now, style, width }: Look, count: number): string[] {
  if (events.length === 0 || count === 0) return [];
  const rows = events.slice(0, count).map(({ app, at, message }) => ({
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
