import { hostname } from 'node:os';
import type { DrainOrigin, DrainRecord } from '../drain-sink.ts';

/** Facility "log audit" (RFC 5424, table 1). */
const FACILITY = 13;
const SEVERITIES = { error: 3, warning: 4, notice: 5, info: 6 } as const;
/** The enterprise number reserved for examples (RFC 5612), as rig has none of its own. */
const STRUCTURED_ID = 'rig@32473';
const BYTE_ORDER_MARK = '\ufeff';

/** One record as a syslog message (RFC 5424), without its frame. */
export function formatMessage(record: DrainRecord, { scope, platform, version }: DrainOrigin): string {
  const priority = FACILITY * 8 + SEVERITIES[record.severity];
  const all: DrainRecord['attributes'] = { scope, platform, version, ...record.attributes };
  const parameters = Object.entries(all)
    .map(([name, value]) => ` ${name}="${escapeValue(String(value))}"`)
    .join('');
  // Text that is not ASCII has to announce that it is UTF-8.
  const mark = /^[\0-\x7f]*$/.test(record.body) ? '' : BYTE_ORDER_MARK;
  return [
    `<${priority}>1`,
    record.at,
    word(hostname(), 255),
    'rigd',
    String(process.pid),
    word(record.event, 32),
    `[${STRUCTURED_ID}${parameters}]`,
    mark + record.body,
  ].join(' ');
}

/** Counts the bytes, so that a message may hold anything (RFC 6587, 3.4.1; RFC 5425, 4.3). */
export function frameMessage(message: string): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

const escapeValue = (value: string): string => value.replace(/["\\\]]/g, '\\$&');

/** Header fields are printable ASCII; `-` says that there is nothing to say. */
const word = (text: string, length: number): string =>
  text.replace(/[^\x21-\x7e]/g, '_').slice(0, length) || '-';
