import { RigError } from '@rig-ops/contract/errors';

const MIB_OF = { kib: 1 / 1024, mib: 1, gib: 1024, tib: 1024 * 1024 } as const;
const DAYS_OF = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7 } as const;

/** `512MiB`, `2 GiB`, `1.5g` in MiB; `least` as well. @throws RigError invalid_input */
export function parseMebibytes(text: string, least = 0): number {
  const mebibytes = readMebibytes(text);
  if (mebibytes >= least) return mebibytes;
  throw new RigError('invalid_input', `${text} is too little: the least is ${formatMebibytes(least)}.`);
}

function readMebibytes(text: string): number {
  const [, number, letter] = /^(\d+(?:\.\d+)?)\s*([kmgt])(?:i?b)?$/i.exec(text.trim()) ?? [];
  const unit = `${letter?.toLowerCase() ?? ''}ib`;
  if (number !== undefined && isKey(unit, MIB_OF)) return Number(number) * MIB_OF[unit];
  throw new RigError('invalid_input', `${JSON.stringify(text)} is not a size.`, {
    hint: 'Sizes are written as 512MiB or 2GiB.',
  });
}

/** `12h`, `30d`, `2w` in days, at least so many. @throws RigError invalid_input */
export function parseDays(text: string, least = 0): number {
  const days = readDays(text);
  if (days >= least) return days;
  throw new RigError('invalid_input', `${text} is too little: the least is ${formatDays(least)}.`);
}

function readDays(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([mhdw])$/i.exec(text.trim()) ?? [];
  const key = unit?.toLowerCase() ?? '';
  if (number !== undefined && isKey(key, DAYS_OF)) return Number(number) * DAYS_OF[key];
  throw new RigError('invalid_input', `${JSON.stringify(text)} is not an age.`, {
    hint: 'Ages are written as 12h, 30d or 2w.',
  });
}

/** For people: `512 MiB`, `2 GiB`. */
export function formatMebibytes(mebibytes: number): string {
  const [value, unit] =
    mebibytes >= 1024
      ? [mebibytes / 1024, 'GiB']
      : mebibytes < 1
        ? [mebibytes * 1024, 'KiB']
        : [mebibytes, 'MiB'];
  return `${Number(value.toFixed(2))} ${unit}`;
}

/** For people: `36 h`, `14 d`. */
export function formatDays(days: number): string {
  return days < 2 ? `${Number((days * 24).toFixed(2))} h` : `${Number(days.toFixed(2))} d`;
}

function isKey<T extends object>(text: string, of: T): text is string & keyof T {
  return Object.hasOwn(of, text);
}
