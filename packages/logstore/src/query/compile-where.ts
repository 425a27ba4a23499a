import type { LogSource } from '@rig-ops/contract/log-record';
import { readFields } from '@rig-ops/contract/log-fields';
import { type LineFacts, meetsWhere } from '../where/meets-where.ts';
import { levelOf } from './line-level.ts';

/** Whether a line of a source is wanted. */
export type SourcedTest = (bytes: Uint8Array, source: LogSource) => boolean;

const decoder = new TextDecoder();

/** @throws RigError `invalid_input` for a condition that is none */
export async function compileWhere(text: string): Promise<SourcedTest> {
  const { parseWhere } = await import('../where/parse-where.ts');
  const where = parseWhere(text);
  return (bytes, source) => {
    const line = decoder.decode(bytes);
    return meetsWhere(where, readFields(line), factsOf(line, bytes, source));
  };
}

function factsOf(line: string, bytes: Uint8Array, source: LogSource): LineFacts {
  return {
    '@message': line,
    '@source': source.kind,
    '@process': source.process,
    '@instance': source.instance,
    '@release': source.release,
    '@stream': source.stream,
    // Few conditions ask for it, and finding it costs more than the rest.
    get '@level'() {
      return levelOf(bytes) ?? null;
    },
  };
}
