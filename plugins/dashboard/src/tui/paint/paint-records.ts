import type { AuditEvent, PlatformEvent, Session } from '@rig-ops/contract/resources';
import { formatBytes } from '@rig-ops/kit/text';
import { formatAge } from '../../logic/dashboard/figures.ts';
import { type Keyed, listRows } from '../../logic/dashboard/list-rows.ts';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { ListScreen, Screen } from '../../logic/dashboard/screens.ts';
import { line, type Tone } from './look.ts';
import { emptyText } from './empty-text.ts';
import type { Scene } from './scene.ts';
import { type Column, type Painted, paintTable } from './table.ts';

type Of<K extends Screen['kind']> = Extract<Screen, { kind: K }>;

/** What happened, newest first. */
export function paintEvents(scene: Scene, screen: Of<'events'>): Painted {
  const list = listRows(screen, scene.data, scene.ui.range);
  if (list.kind !== 'events') return { lines: [], hits: new Map() };
  const of = screen.app === null ? 'of the platform and every app' : `of ${screen.app}`;
  const title = `Events ${of}, newest first`;
  const columns: Column<Keyed<PlatformEvent>>[] = [
    {
      key: 'at',
      header: 'AT',
      width: 8,
      priority: 95,
      cell: ({ item }) => ({ text: clock(item.at, scene.now), tone: 'dim' }),
    },
    {
      key: 'app',
      header: 'APP',
      width: 10,
      most: 24,
      priority: 90,
      cell: ({ item }) => ({ text: item.app ?? 'platform', tone: 'strong' }),
    },
    {
      key: 'kind',
      header: 'KIND',
      width: 16,
      most: 22,
      priority: 70,
      cell: ({ item }) => ({ text: item.kind, tone: eventTone(item.kind) }),
    },
    {
      key: 'message',
      header: 'WHAT',
      width: 20,
      most: 300,
      priority: 80,
      cell: ({ item }) => ({ text: item.message, tone: eventTone(item.kind) }),
    },
  ];
  return paintRecords(scene, screen, {
    title,
    rows: list.rows,
    total: list.total,
    columns,
    none: 'Nothing has happened yet.',
  });
}

function eventTone(kind: string): Tone {
  if (/crash|fail|unhealthy|taken-back|lost/.test(kind)) return 'bad';
  return /^(release\.live|instance\.healthy)/.test(kind) ? 'good' : 'plain';
}

/** Shells and commands that run. */
export function paintSessions(scene: Scene, screen: Of<'sessions'>): Painted {
  const { data, now, look } = scene;
  const list = listRows(screen, data, scene.ui.range);
  if (list.kind !== 'sessions') return { lines: [], hits: new Map() };
  const age = (at: string) => formatAge(now - Date.parse(at));
  const columns: Column<Keyed<Session>>[] = [
    {
      key: 'id',
      header: 'SESSION',
      width: 16,
      most: 28,
      priority: 100,
      cell: ({ item }) => ({ text: item.id, tone: 'strong' }),
    },
    { key: 'kind', header: 'KIND', width: 7, priority: 60, cell: ({ item }) => ({ text: item.kind }) },
    {
      key: 'user',
      header: 'USER',
      width: 8,
      most: 16,
      priority: 90,
      cell: ({ item }) => ({ text: item.user }),
    },
    {
      key: 'where',
      header: 'WHERE',
      width: 14,
      most: 32,
      priority: 95,
      cell: ({ item }) => ({
        text: item.app === null ? `network ${item.network}` : `${item.app} ${item.instance ?? ''}`,
      }),
    },
    {
      key: 'age',
      header: 'AGE',
      width: 4,
      align: 'right',
      priority: 80,
      cell: ({ item }) => ({ text: age(item.startedAt) }),
    },
    {
      key: 'idle',
      header: 'IDLE',
      width: 4,
      align: 'right',
      priority: 75,
      cell: ({ item }) => ({ text: age(item.lastActiveAt) }),
    },
    {
      key: 'clients',
      header: 'ATTACHED',
      width: 9,
      most: 20,
      priority: 70,
      cell: ({ item }) => ({
        text: item.clients.length === 0 ? 'nobody' : item.clients.map(({ user }) => user).join(', '),
        tone: item.clients.length === 0 ? 'warn' : 'plain',
      }),
    },
    {
      key: 'recording',
      header: 'REC',
      width: 4,
      priority: 65,
      cell: ({ item }) => ({
        text: item.recording === null ? look.sign('–') : 'rec',
        tone: item.recording === null ? 'dim' : 'bad',
      }),
    },
    {
      key: 'bytes',
      header: 'OUT',
      width: 7,
      align: 'right',
      priority: 40,
      cell: ({ item }) => ({ text: formatBytes(item.bytes.stdout + item.bytes.stderr) }),
    },
    {
      key: 'argv',
      header: 'WHAT RUNS',
      width: 10,
      most: 80,
      priority: 50,
      cell: ({ item }) => ({ text: item.argv.join(' '), tone: 'dim' }),
    },
  ];
  return paintRecords(scene, screen, {
    title: 'Sessions that run',
    rows: list.rows,
    total: list.total,
    columns,
    none: emptyText(data.sessions, 'No session runs. x on an app opens a shell.'),
  });
}

const resultTones: Record<AuditEvent['result'], Tone> = {
  started: 'dim',
  succeeded: 'good',
  refused: 'warn',
  failed: 'bad',
};

/** Who did what, newest first. */
export function paintAudit(scene: Scene, screen: Of<'audit'>): Painted {
  const { data } = scene;
  const list = listRows(screen, data, scene.ui.range);
  if (list.kind !== 'audit') return { lines: [], hits: new Map() };
  const columns: Column<Keyed<AuditEvent>>[] = [
    {
      key: 'id',
      header: 'NO.',
      width: 6,
      align: 'right',
      priority: 50,
      cell: ({ item }) => ({ text: String(item.id), tone: 'dim' }),
    },
    {
      key: 'at',
      header: 'AT',
      width: 8,
      priority: 95,
      cell: ({ item }) => ({ text: clock(item.at, scene.now), tone: 'dim' }),
    },
    {
      key: 'user',
      header: 'USER',
      width: 8,
      most: 16,
      priority: 90,
      cell: ({ item }) => ({ text: item.user, tone: 'strong' }),
    },
    {
      key: 'action',
      header: 'ACTION',
      width: 15,
      most: 22,
      priority: 92,
      cell: ({ item }) => ({ text: item.action }),
    },
    {
      key: 'target',
      header: 'TARGET',
      width: 14,
      most: 50,
      priority: 85,
      cell: ({ item }) => ({ text: item.target }),
    },
    {
      key: 'result',
      header: 'RESULT',
      width: 9,
      priority: 88,
      cell: ({ item }) => ({ text: item.result, tone: resultTones[item.result] }),
    },
    {
      key: 'error',
      header: 'ERROR',
      width: 12,
      most: 24,
      priority: 60,
      cell: ({ item }) => ({ text: item.errorCode ?? '', tone: 'bad' }),
    },
    {
      key: 'client',
      header: 'FROM',
      width: 8,
      most: 24,
      priority: 55,
      cell: ({ item }) => ({ text: item.client, tone: 'dim' }),
    },
  ];
  return paintRecords(scene, screen, {
    title: 'Audit log, newest first, as it was read; r reads it again',
    rows: list.rows,
    total: list.total,
    columns,
    none: emptyText(data.audit, 'Nothing is recorded yet.'),
  });
}

function paintRecords<T>(
  { ui, data, look }: Scene,
  screen: ListScreen,
  {
    title,
    rows,
    total,
    columns,
    none,
  }: { title: string; rows: readonly Keyed<T>[]; total: number; columns: Column<Keyed<T>>[]; none: string },
): Painted {
  const { columns: width } = ui.size;
  const { filter, selected, top } = screen.list;
  const count = filter === '' ? `${total}` : `${rows.length} of ${total} with "${filter}"`;
  const lines = [
    line(
      [
        ['strong', ` ${title}`],
        ['dim', `  ${count}`],
      ],
      width,
      look,
    ),
  ];
  const height = contentRows(ui, screen, data);
  const table = paintTable({ rows, columns, keyOf: ({ key }) => key, selected, top, height, width }, look);
  const hits = new Map([...table.hits].map(([at, key]) => [at + lines.length, key]));
  lines.push(...table.lines);
  if (rows.length === 0)
    lines.push('', line([['dim', ` ${total === 0 ? none : 'None has what the filter says.'}`]], width, look));
  return { lines, hits };
}

/** The time of day, on other days the date. */
function clock(at: string, now: number): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return at;
  const isToday = then.toDateString() === new Date(now).toDateString();
  return isToday
    ? then.toLocaleTimeString('en-GB')
    : then.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' });
}
