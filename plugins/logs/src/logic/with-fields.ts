import { readFields } from '@rig-ops/contract/log-fields';
import type { LogRecord } from '@rig-ops/contract/log-record';

/** The records with the fields of structured lines beside them; the lines stay as they are. */
export async function* withFields(records: AsyncIterable<LogRecord>): AsyncGenerator<LogRecord> {
  for await (const record of records) {
    if (record.type !== 'line' || record.partial === true) {
      yield record;
      continue;
    }
    const fields = readFields(record.message);
    yield fields === null ? record : { ...record, fields: { ...fields } };
  }
}
