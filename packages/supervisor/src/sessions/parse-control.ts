import { constants } from 'node:os';
import type { SessionControl } from '@rig-ops/contract/channels';

const LARGEST = 10_000;

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST;

/** A CONTROL message of a client; null for one that means nothing here. */
export function parseControl(message: unknown): SessionControl | null {
  const { type, signal, columns, rows, behindInput } = (message ?? {}) as Record<string, unknown>;
  if (type === 'detach') return { type, behindInput: behindInput === true };
  if (type === 'signal' && typeof signal === 'string') return { type, signal };
  if (type === 'resize' && isSize(columns) && isSize(rows)) return { type, columns, rows };
  return null;
}

export const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals;
