import type { Fields } from '@rig-ops/contract/log-fields';
import type { LogLevel } from '@rig-ops/contract/log-query';
import { sanitise } from '@rig-ops/kit/text';
import { logLevels } from '@rig-ops/contract/log-words';
import type { Painter, Tone } from './painter.ts';

const levelNames = ['level', 'severity', 'lvl', 'log.level'];
const messageNames = ['msg', 'message', 'event'];
/** rig shows the time itself, where it is asked to. */
const timeNames = new Set(['time', 'ts', 'timestamp', '@timestamp']);

const tones: Readonly<Record<LogLevel, Tone>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'good',
  warn: 'warn',
  error: 'bad',
  fatal: 'bad',
};

/** A line of JSON or logfmt as people read it: level, message, then the other fields as name=value. */
export function structuredLine(fields: Fields, paint: Painter): string {
  const names = Object.keys(fields);
  const levelName = names.find((name) => levelNames.includes(name));
  const messageName = names.find((name) => messageNames.includes(name) && typeof fields[name] === 'string');
  const level = levelName === undefined ? undefined : readLevel(fields[levelName]);
  const parts: string[] = [];
  if (level !== undefined) parts.push(paint(tones[level], level.toUpperCase().padEnd(5)));
  if (messageName !== undefined) parts.push(sanitise(String(fields[messageName])));
  for (const name of names) {
    if (name === messageName || timeNames.has(name) || (name === levelName && level !== undefined)) continue;
    parts.push(`${paint('dim', `${sanitise(name)}=`)}${showValue(fields[name])}`);
  }
  return parts.join(' ');
}

function readLevel(value: unknown): LogLevel | undefined {
  // As pino and bunyan count: 10 is trace, 60 is fatal.
  if (typeof value === 'number') return logLevels[value / 10 - 1];
  const name = String(value).toLowerCase();
  const short: Record<string, LogLevel> = {
    warning: 'warn',
    err: 'error',
    critical: 'fatal',
    notice: 'info',
  };
  return logLevels.find((level) => level === name) ?? (Object.hasOwn(short, name) ? short[name] : undefined);
}

function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return sanitise(/[\s"=]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text);
}
