import { toDrainFailure } from '../drain-failure.ts';
import type { DrainReceipt, DrainSink, DrainSinkFactory, DrainTarget } from '../drain-sink.ts';
import { type Answer, postTo, refuseUnlessTaken } from '../post-to.ts';
import { toExportRequest } from './to-log-records.ts';

/** Sends OTLP/HTTP with JSON bodies, which every receiver of OTLP/HTTP takes. Redirections are not followed. */
export const createOtlpSink: DrainSinkFactory = (target, origin): DrainSink => ({
  async send(records, signal): Promise<DrainReceipt> {
    signal.throwIfAborted();
    try {
      return readReceipt(
        target,
        await postTo(target, 'application/json', JSON.stringify(toExportRequest(records, origin)), signal),
      );
    } catch (error) {
      throw signal.aborted ? signal.reason : toDrainFailure(error, target);
    }
  },
});

function readReceipt(target: DrainTarget, { status, text }: Answer): DrainReceipt {
  refuseUnlessTaken(target, status);
  const { partialSuccess } = parseAnswer(text);
  const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
  return {
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    message: partialSuccess?.errorMessage?.slice(0, 300) || undefined,
  };
}

interface ExportAnswer {
  /** 64-bit integers are strings in the JSON encoding. */
  partialSuccess?: { rejectedLogRecords?: string | number; errorMessage?: string };
}

/** A receiver that answers in protobuf, or not at all, has still said that it took them. */
function parseAnswer(text: string): ExportAnswer {
  try {
    return (JSON.parse(text) as ExportAnswer | null) ?? {};
  } catch {
    return {};
  }
}
