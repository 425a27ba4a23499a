import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/**
 * What a platform says of its audit log at one moment. A `prune` says besides that the records up to
 * `seq` have been removed: the chain may begin behind them.
 */
export interface CheckpointStatement {
  readonly type: 'checkpoint' | 'prune';
  /** 1, 2, … without holes. */
  readonly number: number;
  /** SHA-256 in hex of the line of the checkpoint before; 64 zeros for the first. */
  readonly previous: string;
  /** Id of the platform. */
  readonly platform: string;
  /** Hash of record 1. */
  readonly genesis: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The newest record it covers; as records are numbered from 1, also how many there had been. */
  readonly seq: number;
  /** Hash of that record. */
  readonly hash: string;
}

/** Signs a statement; the line is canonical JSON. */
export function signCheckpoint(statement: CheckpointStatement, privateKey: KeyObject): string {
  const text = canonicalJson(statement);
  const signature = sign(null, Buffer.from(text), privateKey).toString('base64');
  return `{"signature":"${signature}","statement":${text}}`;
}

// Of the last character two bits count; any but these four would be another text of the same signature.
const LINE = /^\{"signature":"([A-Za-z0-9+/]{85}[AQgw]==)","statement":(\{.*\})\}$/s;

export interface ReadCheckpoint {
  readonly line: string;
  readonly statement: CheckpointStatement;
  /** Whether the key has signed it, and its text is the canonical one. */
  readonly genuine: boolean;
}

/** Takes a line apart and checks its signature; undefined when it is no checkpoint. */
export function readCheckpoint(line: string, publicKey: KeyObject): ReadCheckpoint | undefined {
  const [, signature, text] = LINE.exec(line) ?? [];
  if (signature === undefined || text === undefined) return undefined;
  try {
    const statement = JSON.parse(text) as CheckpointStatement;
    const genuine =
      verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')) &&
      canonicalJson(statement) === text;
    return { line, statement, genuine };
  } catch {
    return undefined;
  }
}

export function hashOfCheckpoint(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** The form in which a public key travels: SPKI in DER, base64. */
export function encodePublicKey(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** @throws Error for what is no Ed25519 key */
export function decodePublicKey(encoded: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(encoded, 'base64'), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The key is not one for Ed25519');
  return key;
}

/** As `ssh-keygen -l` writes it: what people compare. */
export function fingerprintOf(key: KeyObject): string {
  const digest = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
  return `SHA256:${digest.digest('base64').replace(/=+$/, '')}`;
}
