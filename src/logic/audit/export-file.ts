import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ChainedRecord, canonicalJson, recordOfLine } from '@rig-ops/contract/audit-chain';
import { RigError } from '@rig-ops/contract/errors';

/** First line of an export. */
export interface ExportHeader {
  readonly type: 'rig-audit-export';
  readonly version: 1;
  readonly platform: string;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

export const lineOfHeader = (header: ExportHeader): string => canonicalJson(header);

export interface OpenedExport {
  readonly header: ExportHeader;
  /** Signed statements, in their order. */
  readonly checkpoints: readonly string[];
  /** A line that is no record is given as one without a hash, for the verifier to find wanting. */
  readonly records: AsyncIterable<ChainedRecord>;
}

/**
 * Opens an export: a header, the checkpoints, the records, a line each.
 * @throws RigError `invalid_input` for what is none, `config_unreadable` for a file that cannot be read
 */
export async function openExport(path: string): Promise<OpenedExport> {
  const lines = linesOf(path)[Symbol.asyncIterator]();
  const first = await lines.next();
  const header = first.done === true ? undefined : parseHeader(first.value);
  if (header === undefined) {
    throw new RigError('invalid_input', `${path} is not an export of an audit log.`, {
      hint: 'Make one with `rig audit export FILE`.',
    });
  }
  const checkpoints: string[] = [];
  let next = await lines.next();
  while (next.done !== true && next.value.startsWith('{"signature":')) {
    checkpoints.push(next.value);
    next = await lines.next();
  }
  return { header, checkpoints, records: recordsOf(next, lines) };
}

async function* recordsOf(
  first: IteratorResult<string>,
  lines: AsyncIterator<string>,
): AsyncGenerator<ChainedRecord> {
  for (let next = first; next.done !== true; next = await lines.next()) {
    // What a stream of records ends with in a machine format.
    if (next.value === '{"type":"end"}') return;
    yield recordOfLine(next.value) ?? { hash: '', record: next.value };
  }
}

function parseHeader(line: string): ExportHeader | undefined {
  try {
    const header = JSON.parse(line) as Partial<ExportHeader> | null;
    return header?.type === 'rig-audit-export' && header.version === 1 && typeof header.publicKey === 'string'
      ? (header as ExportHeader)
      : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RigError('config_unreadable', `${path} cannot be read: ${code ?? message}.`, { cause: error });
  } finally {
    stream.destroy();
  }
}
