import { formatAge } from '../../logic/dashboard/figures.ts';
import { listRows } from '../../logic/dashboard/list-rows.ts';
import { contentRows, panelRows } from '../../logic/dashboard/screen-layout.ts';
import type { AppSort, Screen } from '../../logic/dashboard/screens.ts';
import { appColumns } from './app-columns.ts';
import { line, type Piece } from './look.ts';
import { problemText } from './problem-text.ts';
import type { Scene } from './scene.ts';
import { type Painted, paintTable } from './table.ts';

const columnOfSort: Record<AppSort, string> = {
  name: 'name',
  status: 'status',
  cpu: 'cpu',
  memory: 'memory',
  requests: 'requests',
  errors: 'errors',
  p95: 'p95',
  restarts: 'restarts',
  age: 'age',
};

/** What is wrong, what is under way, and every app. */
export function paintApps(scene: Scene, screen: Extract<Screen, { kind: 'apps' }>): Painted {
  const { ui, data, look, now } = scene;
  const { columns: width } = ui.size;
  const panel = paintPanel(scene);
  const list = listRows(screen, data, ui.range);
  if (list.kind !== 'apps') return { lines: [], hits: new Map() };
  const table = paintTable(
    {
      rows: list.rows,
      columns: appColumns(list.rows, now, look),
      keyOf: ({ key }) => key,
      selected: screen.list.selected,
      top: screen.list.top,
      height: contentRows(ui, screen, data),
      width,
      sorted: { key: columnOfSort[screen.sort], descending: screen.descending },
    },
    look,
  );
  const lines = [...panel, ...(panel.length > 0 ? [''] : [])];
  const hits = new Map([...table.hits].map(([at, key]) => [at + lines.length, key]));
  lines.push(...table.lines);
  if (data.status !== null && list.rows.length === 0) {
    lines.push('', line(emptyPieces(list.total, screen.list.filter), width, look));
  }
  return { lines, hits };
}

function emptyPieces(total: number, filter: string): Piece[] {
  return total === 0
    ? [
        ['plain', ' No apps yet. Deploy the folder you are in: '],
        ['strong', 'rig deploy'],
      ]
    : [['plain', ` None of ${total} apps has "${filter}". Esc shows them all.`]];
}

function paintPanel({ ui, data, look, now }: Scene): string[] {
  const { columns: width } = ui.size;
  const { problems = [], deploys = [] } = data.status ?? {};
  const shown = panelRows(ui, data);
  const lines = problems.slice(0, shown.problems).map((problem, index) => {
    const isLast = index === shown.problems - 1 && problems.length > shown.problems;
    const more = isLast ? ` (and ${problems.length - shown.problems} more: 2)` : '';
    return line(
      [
        ['bad', ` ${look.sign('▲')} ${problemText(problem)}`],
        ['plain', more],
        ['dim', ` ${look.sign('›')} ${problem.fix}`],
      ],
      width,
      look,
    );
  });
  for (const { app, release, step, startedAt, user } of deploys.slice(0, shown.deploys)) {
    const since = formatAge(now - Date.parse(startedAt));
    const what = `${app}${release === null ? '' : ` v${release}`}`;
    lines.push(
      line(
        [
          ['warn', ` ${look.sign('⟳')} ${what}: ${step}`],
          ['dim', ` for ${since}, by ${user}`],
        ],
        width,
        look,
      ),
    );
  }
  return lines;
}
