import type { ErrorDocument } from '@rig-ops/contract/errors';
import { sanitise } from '@rig-ops/contract/sanitise';
import type { Ui } from './ui.ts';

/** An error for people: what and why with its code, then what to type next. */
export function renderError(document: ErrorDocument, style: Ui['style']): string {
  const message = sanitise(document.message, { keepNewlines: true });
  const request = document.requestId === undefined ? '' : `, request ${sanitise(document.requestId)}`;
  const code = style('dim', `(${sanitise(document.code)}${request})`);
  const hint = document.hint === '' ? '' : `\n${sanitise(document.hint, { keepNewlines: true })}`;
  return `${style('bad', 'Error:')} ${message} ${code}${hint}`;
}

/** Whether a result is a stream of records. */
export function isRecordStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

/**
 * The one document of a result: an object as it is, nothing as `{}`, whatever else as `{"result": …}`.
 * Throws what `toJSON` or a getter throws, and a TypeError for a circular result.
 */
export function toResultDocument(result: unknown): Record<string, unknown> {
  // What JSON itself would make of it decides: a Date is a string, a Map is {}.
  const text = JSON.stringify(result, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  if (text === undefined) return {};
  const value = JSON.parse(text) as unknown;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return { result: value };
}
