import { stripStyles } from '@rig-ops/kit/text';
import { currentScreen } from '../../logic/dashboard/dashboard-ui.ts';
import { bodyRows, isTooSmall, SMALLEST } from '../../logic/dashboard/screen-layout.ts';
import { fit, type Look } from './look.ts';
import { paintApp } from './paint-app.ts';
import { paintApps } from './paint-apps.ts';
import { paintAudit, paintEvents, paintSessions } from './paint-records.ts';
import { paintFoot, paintHead } from './paint-frame.ts';
import { paintHelp } from './paint-help.ts';
import { paintLog } from './paint-log.ts';
import { paintOverview } from './paint-overview.ts';
import { paintRelease } from './paint-release.ts';
import { isStale, type Scene } from './scene.ts';
import type { Painted } from './table.ts';

/** The whole screen: as many lines as it has, each as wide as it is, and which row stands where. */
export function paintScreen(scene: Scene): Painted {
  const { ui, look } = scene;
  const { columns, rows } = ui.size;
  if (isTooSmall(ui.size)) return tooSmall(scene);
  const head = paintHead(scene);
  const body = paintBody(scene);
  const height = bodyRows(ui);
  const filled = body.lines.slice(0, height);
  while (filled.length < height) filled.push('');
  const shown = isStale(scene) ? filled.map((text) => fade(text, look)) : filled;
  const lines = [...head, ...shown, ...paintFoot(scene)].slice(0, rows);
  const hits = new Map([...body.hits].map(([at, key]) => [at + head.length, key]));
  return { lines: lines.map((text) => (text === '' ? fit('', columns) : look.finish(text))), hits };
}

/** Old figures look old; the chosen row stays. */
function fade(text: string, look: Look): string {
  return text.startsWith('\u001B[7m') ? text : look.paint('dim', stripStyles(text));
}

function paintBody(given: Scene): Painted {
  if (given.ui.help) return { lines: paintHelp(given), hits: new Map() };
  // Ages are told as they were, too.
  const scene = isStale(given) ? { ...given, now: given.data.statusAt } : given;
  const screen = currentScreen(scene.ui);
  switch (screen.kind) {
    case 'apps':
      return paintApps(scene, screen);
    case 'overview':
      return paintOverview(scene, screen);
    case 'events':
      return paintEvents(scene, screen);
    case 'sessions':
      return paintSessions(scene, screen);
    case 'audit':
      return paintAudit(scene, screen);
    case 'app':
      return paintApp(scene, screen);
    case 'release':
      return paintRelease(scene, screen);
    case 'logs':
      break;
  }
  return paintLog(scene, screen);
}

function tooSmall({ ui }: Scene): Painted {
  const { columns, rows } = ui.size;
  const said = [
    'rig: too small',
    `${columns} x ${rows} here,`,
    `${SMALLEST.columns} x ${SMALLEST.rows} needed`,
    'q quits',
  ];
  const lines = Array.from({ length: rows }, (_, index) => fit(said[index] ?? '', columns));
  return { lines, hits: new Map() };
}
