/** What a browser can say of a chain of records. */
export type ChainCheck =
  | { readonly state: 'checking'; readonly records: number }
  | { readonly state: 'whole'; readonly records: number; readonly signed: number }
  | { readonly state: 'broken'; readonly at: number; readonly why: string };

export interface ChainedLine {
  readonly hash: string;
  readonly record: string;
}

interface Statement {
  readonly seq: number;
  readonly hash: string;
  readonly type: string;
}

const encoder = new TextEncoder();

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const bytesOf = (base64: string) =>
  Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);

const LINE = /^\{"signature":"([A-Za-z0-9+/]{85}[AQgw]==)","statement":(\{.*\})\}$/s;

/**
 * Checks records one behind the other as `contract/audit-chain` defines them: each hash follows from the one
 * before and the record, numbers have no hole, and signed statements name the hashes there are. The first
 * record that is kept has to follow on a signed removal, unless it is number 1.
 */
export class ChainChecker {
  readonly #anchors = new Map<number, string>();
  readonly #removals = new Map<number, string>();
  #last: { seq: number; hash: string } | null = null;
  #count = 0;
  #signed = 0;
  #broken: ChainCheck | null = null;

  get count(): number {
    return this.#count;
  }

  /** Signed statements; give them before the records. */
  async addCheckpoints(lines: readonly string[], publicKey: string): Promise<void> {
    const key = await crypto.subtle.importKey('spki', bytesOf(publicKey), 'Ed25519', false, ['verify']);
    for (const line of lines) {
      const [, signature = '', text = ''] = LINE.exec(line) ?? [];
      const genuine =
        signature !== '' &&
        (await crypto.subtle.verify('Ed25519', key, bytesOf(signature), encoder.encode(text)));
      if (!genuine) {
        this.#break(this.#anchors.size + 1, 'A checkpoint is not signed by the key of this platform.');
        return;
      }
      const { seq, hash, type } = JSON.parse(text) as Statement;
      this.#anchors.set(seq, hash);
      if (type === 'prune') this.#removals.set(seq, hash);
    }
  }

  async addRecords(records: readonly ChainedLine[]): Promise<void> {
    for (const { hash, record } of records) {
      if (this.#broken !== null) return;
      const { id: seq } = JSON.parse(record) as { id: number };
      const before = this.#last ?? this.#beginning(seq);
      if (before === null) {
        this.#break(seq, 'What stood before it is gone, and no signed statement says so.');
      } else if (seq !== before.seq + 1) {
        this.#break(seq, `It follows record ${before.seq}: records between them are missing.`);
      } else if ((await sha256(`${before.hash}\n${record}`)) !== hash) {
        this.#break(seq, 'Its hash does not follow from its text and the record before it.');
      } else if (this.#anchors.has(seq) && this.#anchors.get(seq) !== hash) {
        this.#break(seq, 'A signed checkpoint names another hash for it.');
      }
      if (this.#anchors.has(seq)) this.#signed = seq;
      this.#last = { seq, hash };
      this.#count += 1;
    }
  }

  finish(): ChainCheck {
    if (this.#broken !== null) return this.#broken;
    const furthest = Math.max(0, ...this.#anchors.keys());
    if (furthest > (this.#last?.seq ?? 0))
      return {
        state: 'broken',
        at: (this.#last?.seq ?? 0) + 1,
        why: `A checkpoint was signed for record ${furthest}, which is not there.`,
      };
    return { state: 'whole', records: this.#count, signed: this.#signed };
  }

  #beginning(seq: number): { seq: number; hash: string } | null {
    if (seq === 1) return { seq: 0, hash: '0'.repeat(64) };
    const hash = this.#removals.get(seq - 1);
    return hash === undefined ? null : { seq: seq - 1, hash };
  }

  #break(at: number, why: string): void {
    this.#broken ??= { state: 'broken', at, why };
  }
}
