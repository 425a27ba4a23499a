import { RigError } from '@rig-ops/contract/errors';

const SECONDS_OF = { ms: 0.001, s: 1, m: 60 } as const;

/** `2`, `0.5`, `2x`. @throws RigError `usage` */
export function parseSpeed(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)x?$/.exec(text.trim()) ?? [];
  const speed = Number(number);
  if (speed > 0 && speed <= 1_000) return speed;
  throw new RigError('usage', `--speed is "${text}", which is no number above 0 and up to 1000.`, {
    hint: 'Use --speed 2 for twice as fast, --speed 0.5 for half as fast.',
  });
}

/** `2s`, `500ms`, `1m`, `2`. @throws RigError `usage` */
export function parseSeconds(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim()) ?? [];
  if (number !== undefined) return Number(number) * SECONDS_OF[unit as keyof typeof SECONDS_OF];
  throw new RigError('usage', `--idle-limit is "${text}", which is not a time.`, {
    hint: 'Use 2s or 500ms.',
  });
}
