interface Status {
  readonly position: number;
  readonly duration: number;
  readonly speed: number;
  /** Of the terminal that was recorded. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  readonly columns: number;
  readonly rows: number;
}

/** What stands in the last line while a recording is paused; as wide as the window. */
export function statusLine({ position, duration, speed, size, columns, rows }: Status): string {
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
