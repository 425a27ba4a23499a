/** What an escape asks for. */
export type EscapeCommand = 'end' | 'detach' | 'help' | 'suspend';

/** What was typed: bytes for the program, or a command for rig. */
export type Typed = { bytes: Uint8Array } | { command: EscapeCommand };

const CR = 0x0d;
const LF = 0x0a;
const commands = new Map<number, EscapeCommand>([
  [0x2e, 'end'],
  [0x64, 'detach'],
  [0x3f, 'help'],
  // Ctrl-Z.
  [0x1a, 'suspend'],
]);
/** Around what is pasted, where the program has asked for it (xterm, "Bracketed Paste Mode"). */
const PASTE_BEGIN = Buffer.from('\u001B[200~');
const PASTE_END = Buffer.from('\u001B[201~');

/**
 * Finds the escapes of ssh in what is typed: the escape character at the beginning of a line, and the one
 * behind it. Bytes may be cut anywhere. What is pasted in brackets is text, whatever it looks like.
 */
export class EscapeKeys {
  readonly #character: number | null;
  #atLineStart = true;
  /** The escape character was typed and is held back. */
  #pending = false;
  #pasting = false;
  /** How much of the mark that is looked for has been seen. */
  #markSeen = 0;

  /** Null for no escapes at all. */
  constructor(character: number | null) {
    this.#character = character;
  }

  *feed(chunk: Uint8Array): Generator<Typed> {
    const character = this.#character;
    if (character === null) {
      yield { bytes: chunk };
      return;
    }
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.#pending) {
        this.#pending = false;
        const command = commands.get(byte);
        if (command !== undefined) {
          from = at + 1;
          yield { command };
          continue;
        }
        // Twice is once, and in front of anything else it is itself.
        if (byte !== character) yield { bytes: Uint8Array.of(character) };
        from = at;
      } else if (byte === character && this.#atLineStart && !this.#pasting) {
        if (at > from) yield { bytes: chunk.subarray(from, at) };
        this.#pending = true;
        from = at + 1;
        continue;
      }
      this.#watchPaste(byte);
      this.#atLineStart = byte === CR || byte === LF;
    }
    if (from < chunk.length) yield { bytes: chunk.subarray(from) };
  }

  #watchPaste(byte: number): void {
    const mark = this.#pasting ? PASTE_END : PASTE_BEGIN;
    if (byte !== mark[this.#markSeen]) this.#markSeen = 0;
    if (byte !== mark[this.#markSeen]) return;
    this.#markSeen += 1;
    if (this.#markSeen < mark.length) return;
    this.#markSeen = 0;
    this.#pasting = !this.#pasting;
  }
}
