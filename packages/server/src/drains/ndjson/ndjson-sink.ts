import { toDrainFailure } from '../drain-failure.ts';
import type { DrainReceipt, DrainRecord, DrainSink, DrainSinkFactory } from '../drain-sink.ts';
import { postTo, refuseUnlessTaken } from '../post-to.ts';

/** Posts records as lines of JSON: `{"at","severity","event","body",…attributes}`. A 2xx means that all were taken. */
export const createNdjsonSink: DrainSinkFactory = (target, origin): DrainSink => ({
  async send(records, signal): Promise<DrainReceipt> {
    signal.throwIfAborted();
    const lines = records.map((record) => `${JSON.stringify(toLine(record, origin.platform))}\n`);
    try {
      const { status } = await postTo(target, 'application/x-ndjson', lines.join(''), signal);
      refuseUnlessTaken(target, status);
      return { rejected: 0, message: undefined };
    } catch (error) {
      throw signal.aborted ? signal.reason : toDrainFailure(error, target);
    }
  },
});

const toLine = ({ attributes, ...record }: DrainRecord, platform: string) => ({
  ...record,
  platform,
  attributes,
});
