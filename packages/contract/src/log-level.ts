import { type LogLevel, logLevels } from './log-words.ts';

const names: Record<string, LogLevel> = {
  trace: 'trace',
  verbose: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  panic: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
};
const words = Object.keys(names).join('|');

/** As JSON (`"level":"warn"`, pino's `"level":40`), as logfmt (`level=warn`), or as a word near the beginning. */
const ofJson = /"(?:level|severity|lvl|log\.level)"\s*:\s*(?:"([A-Za-z]+)"|(\d{2}))/;
const ofLogfmt = /(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]+)/;
const ofWord = new RegExp(`^[^A-Za-z]{0,64}(?:[A-Za-z0-9:.+-]+[^A-Za-z]{1,8}){0,3}?\\[?(${words})\\b`, 'i');
/** Levels are told early in a line: in its first so many characters. */
export const LEVEL_LOOKED_AT = 512;

/** The level a line says it has; undefined when it says none. */
export function levelOfText(line: string): LogLevel | undefined {
  const text = line.slice(0, LEVEL_LOOKED_AT);
  const json = text.trimStart().startsWith('{') ? ofJson.exec(text) : null;
  if (json?.[2] !== undefined) return logLevels[Math.floor(Number(json[2]) / 10) - 1];
  const name = json?.[1] ?? ofLogfmt.exec(text)?.[1] ?? ofWord.exec(text)?.[1];
  return name === undefined ? undefined : names[name.toLowerCase()];
}
