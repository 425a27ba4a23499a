/** C0 without tab, DEL, C1, bidirectional overrides and isolates: whatever can move a cursor or reorder text. */
// oxlint-disable-next-line no-control-regex -- these characters are what it is about
const controls = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Makes text of unknown origin harmless for a terminal: control characters become visible (`␛` for
 * ESC and so on), tabs stay. `keepNewlines` for text of several lines.
 */
export function sanitise(text: string, { keepNewlines = false } = {}): string {
  return text.replace(controls, (character) => {
    if (character === '\n' && keepNewlines) return character;
    const code = character.charCodeAt(0);
    // U+2400 to U+241F depict the C0 controls in order, U+2421 depicts DEL.
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });
}
