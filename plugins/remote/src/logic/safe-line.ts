import { sanitise } from '@rig-ops/kit/text';

/** Select Graphic Rendition (ECMA-48, 8.3.117): changes how text looks and nothing else. */
const escape = '\u001B';
const graphicRendition = new RegExp(`${escape}\\[[0-9;:]*m`, 'g');

/**
 * Makes a line of a program harmless beside those of others on one terminal: its colours stay where there are
 * any, every other control character becomes visible, since it could forge what is seen.
 */
export function safeLine(line: Uint8Array, colour: boolean): Uint8Array {
  const text = Buffer.from(line).toString('utf8');
  // Progress bars end with a carriage return; at the end of a line it means nothing.
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  const marks = whole.match(graphicRendition) ?? [];
  const parts = whole.split(graphicRendition).map((part) => sanitise(part));
  if (!colour || marks.length === 0) return Buffer.from(parts.join(''));
  return Buffer.from(`${parts.map((part, index) => part + (marks[index] ?? '')).join('')}${escape}[0m`);
}
