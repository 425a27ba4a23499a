import type { DrainSinkFactory, DrainTarget } from './drain-sink.ts';
import { createNdjsonSink } from './ndjson/ndjson-sink.ts';
import { createOtlpSink } from './otlp/otlp-sink.ts';
import { createSyslogSink } from './syslog/syslog-sink.ts';

/** Every kind of receiver; a folder each. The contract suite runs against all of them. */
export const drainSinks: Readonly<Record<DrainTarget['kind'], DrainSinkFactory>> = {
  syslog: createSyslogSink,
  otlp: createOtlpSink,
  ndjson: createNdjsonSink,
};
