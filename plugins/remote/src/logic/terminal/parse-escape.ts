import { RigError } from '@rig-ops/contract/errors';

/** The escape character of ssh. */
const USUAL = '~';

/**
 * Reads the escape character: one of ASCII, `^X` for a control character, or `none`.
 * @returns its byte; null for none
 * @throws RigError usage
 */
export function parseEscape(text: string = USUAL): number | null {
  if (text === 'none') return null;
  const control = /^\^([@-_a-z])$/i.exec(text);
  if (control !== null) return (control[1] as string).toUpperCase().charCodeAt(0) & 0x1f;
  if (/^[!-~]$/.test(text)) return text.charCodeAt(0);
  throw new RigError('usage', `"${text}" is no escape character.`, {
    hint: 'It is one character, as ~ or %, a control character, as ^], or none.',
  });
}

/** As people write it. */
export function showEscape(character: number): string {
  return character < 0x20 ? `^${String.fromCharCode(character + 0x40)}` : String.fromCharCode(character);
}
