import type { PlayerStatus } from '@rig-ops/wire/recording';

interface Status extends PlayerStatus {
  /** Of the window. */
  readonly columns: number;
  readonly rows: number;
}

/** What draws the status in the last line, and leaves the cursor where it is. */
export const drawnStatus = (status: Status): string =>
  `\u001B7\u001B[0;7m\u001B[${status.rows};1H${statusLine(status)}\u001B[0m\u001B8`;

/** What stands in the last line while a recording is paused; as wide as the window. */
function statusLine({ position, duration, speed, size, columns, rows }: Status): string {
  const percent = duration === 0 ? 100 : Math.floor((position / duration) * 100);
  const parts = [
    ` paused ${clock(position)} / ${clock(duration)} (${percent} %)`,
    ...(speed === 1 ? [] : [`${speed}x`]),
    ...(size === null || (size.columns <= columns && size.rows <= rows)
      ? []
      : [`recorded at ${size.columns}x${size.rows}, this is ${columns}x${rows}`]),
    'space go on',
    '\u2190 \u2192 5 s',
    '0-9 place',
    '. step',
    'q quit',
  ];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} \u00B7 ${part}`;
    if (longer.length > columns - 1) break;
    line = longer;
  }
  return line.slice(0, Math.max(0, columns)).padEnd(columns);
}

const pad = (part: number): string => `${part}`.padStart(2, '0');

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
