import type { DrainOrigin, DrainRecord } from '../drain-sink.ts';

/** SeverityNumber of the OpenTelemetry log data model. */
const SEVERITIES = {
  info: [9, 'INFO'],
  notice: [10, 'INFO2'],
  warning: [13, 'WARN'],
  error: [17, 'ERROR'],
} as const;

/** ExportLogsServiceRequest in the JSON encoding of OTLP: 64-bit integers are strings. */
export function toExportRequest(records: readonly DrainRecord[], origin: DrainOrigin): object {
  const { scope, platform, version } = origin;
  return {
    resourceLogs: [
      {
        resource: {
          attributes: toAttributes({
            'service.name': 'rigd',
            'service.version': version,
            'service.instance.id': platform,
          }),
        },
        scopeLogs: [{ scope: { name: scope, version }, logRecords: records.map(toLogRecord) }],
      },
    ],
  };
}

function toLogRecord({ at, severity, event, body, attributes }: DrainRecord): object {
  const [severityNumber, severityText] = SEVERITIES[severity];
  const nanoseconds = `${BigInt(Date.parse(at)) * 1_000_000n}`;
  return {
    timeUnixNano: nanoseconds,
    observedTimeUnixNano: nanoseconds,
    severityNumber,
    severityText,
    eventName: event,
    body: { stringValue: body },
    attributes: toAttributes(attributes),
  };
}

function toAttributes(attributes: DrainRecord['attributes']): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));
}

function toValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
