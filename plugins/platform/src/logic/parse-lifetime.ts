import { RigError } from '@rig-ops/contract/errors';

const SECONDS = { m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

/**
 * How long a token lasts, in seconds: `12h`, `30d`, `1y`; null for `never`.
 * @throws RigError `invalid_input`
 */
export function parseLifetime(text: string): number | null {
  if (text === 'never') return null;
  const [, count, unit] = /^([1-9]\d{0,5})([mhdwy])$/.exec(text) ?? [];
  const seconds = Number(count) * SECONDS[unit as keyof typeof SECONDS];
  if (count === undefined || Number.isNaN(seconds)) {
    throw new RigError('invalid_input', `"${text}" is no length of time.`, {
      hint: 'Give it as 12h, 30d or 1y, or never.',
    });
  }
  return seconds;
}
