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
