import { stripStyles, textWidth } from '@rig-ops/kit/text';
import type { ShownLine } from '../../logic/dashboard/log-ring.ts';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { LogScreen } from '../../logic/dashboard/screens.ts';
import { fit, line, type Look, type Piece, safeText, split, type Tone } from './look.ts';
import type { Scene } from './scene.ts';
import type { Painted } from './table.ts';

const levelWords = { all: 'every level', warn: 'warnings and errors', error: 'errors' };
const instanceTones: Tone[] = ['accent', 'good', 'warn', 'plain'];

/** The live log of an app or instance: the newest line at the bottom, unless somebody has moved up. */
export function paintLog({ ui, data, look }: Scene, screen: LogScreen): Painted {
  const { columns: width } = ui.size;
  const height = contentRows(ui, screen, data);
  const { lines } = data.log;
  const found = screen.bottom === null ? -1 : lines.findIndex(({ number }) => number === screen.bottom);
  const end = screen.bottom === null ? lines.length : Math.max(found, Math.min(height, lines.length) - 1) + 1;
  const rows = lastRows(lines, end, { width, height, screen, look });
  const behind = lines.length - end;
  const state: Piece[] =
    screen.bottom === null ? [['good', 'following ']] : [['warn', `${behind} newer below, f follows `]];
  const lost: Piece[] = data.logState.isLost
    ? [['bad', ' connection lost, trying again: nothing will be missed ']]
    : [];
  const head = split(
    [
      ['strong', ` ${screen.app} ${screen.instance ?? 'every instance'}`],
      ['dim', `  ${levelWords[screen.level]}`],
      [screen.filter === '' ? 'dim' : 'accent', screen.filter === '' ? '' : `  with "${screen.filter}"`],
      ['dim', `  ${lines.length} lines`],
      ...lost,
    ],
    state,
    width,
    look,
  );
  if (data.logState.problem !== null) rows.push(line([['bad', ` ${data.logState.problem}`]], width, look));
  else if (lines.length === 0)
    rows.push(line([['dim', ' No line yet; what comes is shown here.']], width, look));
  return { lines: [head, ...rows], hits: new Map() };
}

interface LogView {
  width: number;
  height: number;
  screen: LogScreen;
  look: Look;
}

/** The lines in front of `end` as rows of the screen, as many as have room. */
function lastRows(lines: readonly ShownLine[], end: number, view: LogView): string[] {
  const rows: string[] = [];
  for (let index = end - 1; index >= 0 && rows.length < view.height; index -= 1) {
    const shown = lines[index];
    if (shown !== undefined) rows.unshift(...paintLine(shown, view));
  }
  return rows.slice(-view.height);
}

function paintLine(shown: ShownLine, { width, screen, look, height }: LogView): string[] {
  if (shown.stream === 'gap') return [line([['warn', ` ${look.sign('–')} ${shown.text}`]], width, look)];
  const wide = width >= 100;
  const at = new Date(shown.at).toISOString();
  const head: Piece[] = [['dim', ` ${wide ? at.slice(11, 23) : at.slice(11, 19)} `]];
  if (screen.instance === null) head.push([toneOf(shown.instance), `${fit(shown.instance, 10)} `]);
  const used = head.reduce((sum, [, text]) => sum + text.length, 0);
  const room = Math.max(10, width - used);
  const text = safeText(stripStyles(shown.text));
  const tone: Tone = shown.stream === 'stderr' ? 'bad' : 'plain';
  if (!screen.wrap) {
    const cut = screen.left === 0 ? text : text.slice(screen.left);
    return [line([...head, ...marked(cut.slice(0, room * 2), tone, screen.filter)], width, look)];
  }
  const parts = wrap(text, room).slice(0, height);
  return parts.map((part, index) =>
    line(
      [
        ...(index === 0 ? head : ([['plain', ' '.repeat(used)]] as Piece[])),
        ...marked(part, tone, screen.filter),
      ],
      width,
      look,
    ),
  );
}

/** What was looked for stands out. */
function marked(text: string, tone: Tone, filter: string): Piece[] {
  const at = filter === '' ? -1 : text.toLowerCase().indexOf(filter.toLowerCase());
  if (at === -1) return [[tone, text]];
  const end = at + filter.length;
  return [
    [tone, text.slice(0, at)],
    ['chosen', text.slice(at, end)],
    [tone, text.slice(end)],
  ];
}

function wrap(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (textWidth(part) + textWidth(character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

function toneOf(instance: string): Tone {
  let sum = 0;
  for (const character of instance) sum += character.charCodeAt(0);
  return instanceTones[sum % instanceTones.length] ?? 'plain';
}
