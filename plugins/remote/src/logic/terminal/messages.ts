import type { SessionMode, SessionNotice, TerminalSize } from '@rig-ops/contract/channels';
import { showEscape } from './parse-escape.ts';

/** While the connection is away. */
export function lostLine(seconds: number, escape: number | null): string {
  const way = escape === null ? '' : ` ${showEscape(escape)}. gives up.`;
  return `Connection lost; trying to come back for ${seconds} s.${way}`;
}

export const WATCHING = 'rig: you are watching; Ctrl-C leaves.';

/** What the escapes are, one a line. */
export function helpLines(escape: number | null): string[] {
  if (escape === null) return [];
  const key = showEscape(escape);
  return [
    `${key}.   end the session`,
    `${key}d   leave it; it goes on`,
    `${key}^Z  suspend rig`,
    `${key}?   this`,
    `${key}${key}   type ${key}`,
    'Escapes count at the beginning of a line.',
  ];
}

const limits = {
  idle: 'nothing has happened in it for so long',
  maximum: 'it has reached its longest time',
  detached: 'nobody has been attached for so long',
};

/** What a person at a terminal is told of a notice; null for nothing. */
export function describeNotice(
  notice: SessionNotice,
  here: { mode: SessionMode; before: SessionMode; size: TerminalSize },
): string | null {
  switch (notice.type) {
    case 'ending':
      return `rig: the session ends in ${inWords(notice.seconds)}: ${limits[notice.why]}.`;
    case 'mode': {
      if (here.mode === here.before) return null;
      const by = notice.by === '' ? 'Somebody else' : notice.by;
      return notice.mode === 'read' ? `rig: ${by} writes now; you are watching.` : 'rig: you write now.';
    }
    case 'resized':
      return notice.columns > here.size.columns || notice.rows > here.size.rows
        ? `rig: this terminal is smaller than that of the one who writes (${notice.columns}x${notice.rows}).`
        : null;
    case 'gap':
      return `rig: ${notice.to - notice.from} bytes of output are not kept any more.`;
    case 'input':
    default:
      return null;
  }
}

/** A time as people say it. */
export function inWords(seconds: number): string {
  const units: [string, number][] = [
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  for (const [unit, length] of units) {
    if (seconds >= 2 * length || length === 1) return `${Math.round(seconds / length)} ${unit}`;
  }
  return '';
}
