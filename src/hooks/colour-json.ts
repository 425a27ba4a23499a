/** A string with what may follow it as a key, a literal, or a number. */
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const paint = (code: number, text: string) => `\u001B[${code}m${text}\u001B[39m`;

/** Colours JSON text for a terminal: keys blue, strings green, the rest yellow. */
export function colourJson(json: string): string {
  return json.replace(token, (whole: string, text: string | undefined, colon: string | undefined) => {
    if (text === undefined) return paint(33, whole);
    return colon === undefined ? paint(32, text) : `${paint(34, text)}${colon}`;
  });
}

/** C1 controls, DEL and bidirectional overrides, which JSON leaves as they are and a terminal obeys. */
const controls = /[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** Writes them as JSON can: `\u009b`. They stand only inside strings, so that the value stays the same. */
export function escapeControls(json: string): string {
  return json.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
