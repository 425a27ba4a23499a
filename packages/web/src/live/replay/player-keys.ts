import type { PlayerCommand } from '@rig-ops/wire/recording';

const keys: Readonly<Record<string, PlayerCommand>> = {
  ' ': { type: 'pause' },
  k: { type: 'pause' },
  '.': { type: 'step' },
  ']': { type: 'marker', direction: 1 },
  '[': { type: 'marker', direction: -1 },
  '+': { type: 'speed', factor: 2 },
  '-': { type: 'speed', factor: 0.5 },
  ArrowRight: { type: 'seek', seconds: 5 },
  ArrowLeft: { type: 'seek', seconds: -5 },
  ArrowUp: { type: 'seek', seconds: 60 },
  ArrowDown: { type: 'seek', seconds: -60 },
  Home: { type: 'jump', fraction: 0 },
  End: { type: 'jump', fraction: 1 },
};

/** What a key asks of the player: those of `rig sessions replay`. Null for one that is not its own. */
export function commandOfKey({
  key,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'key' | 'metaKey'>): PlayerCommand | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (/^\d$/.test(key)) return { type: 'jump', fraction: Number(key) / 10 };
  return keys[key] ?? null;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** `1:02:03`, `2:03`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
