import type {
  RecordedStream,
  RecordingAbout,
  StreamsHeader,
  StreamsRecord,
} from '@rig-ops/contract/recording';
import { base64Of, type ByteText, ofBytes, ofText } from './byte-text.ts';
import type { Carried, RecordedEvent, RecordingEncoder, Totals } from './recorded-event.ts';
import type { RecordedEnd } from './session-recorder.ts';
import { splitText } from './split-text.ts';

const STREAMS = ['stdin', 'stdout', 'stderr'] as const;

/** A record of JSON a line, for a session without a terminal. */
export function streamsEncoder(about: RecordingAbout): RecordingEncoder<Carried> {
  const header: StreamsHeader = { recording: 'rig-streams', version: 1, about };
  return {
    head: ofText(lineOf(header)),
    begin: {},
    hashes: true,
    encode(events, before, totals) {
      const carried = { ...before };
      let text: ByteText = '';
      for (const event of events) text += linesOf(event, carried, totals);
      return { text, state: carried };
    },
  };
}

function linesOf(event: RecordedEvent, carried: Carried, totals: () => Totals): ByteText {
  const t = event.at / 1_000_000;
  if (event.kind === 'marker') return lineOf({ t, marker: ofText(event.text) });
  if (event.kind === 'end') return closingLines(t, event.end, carried, totals());
  if (event.kind === 'resize') return '';
  const { stream } = event;
  const split = splitText(carried[stream], event.parts);
  if (split.rest === undefined) delete carried[stream];
  else carried[stream] = split.rest;
  return split.bytes.length === 0 ? '' : bytesLine(t, stream, split.bytes, split.valid);
}

function closingLines(t: number, end: RecordedEnd, carried: Carried, totals: Totals): ByteText {
  const { truncated, ...streams } = totals;
  let text: ByteText = '';
  for (const stream of STREAMS) {
    const rest = carried[stream];
    if (rest !== undefined) text += bytesLine(t, stream, rest, false);
    delete carried[stream];
  }
  return text + lineOf({ t, ...end, truncated, streams });
}

function bytesLine(t: number, stream: RecordedStream, bytes: Uint8Array, valid: boolean): ByteText {
  return valid ? lineOf({ t, stream, data: ofBytes(bytes) }) : lineOf({ t, stream, base64: base64Of(bytes) });
}

const lineOf = (record: StreamsHeader | StreamsRecord): string => `${JSON.stringify(record)}\n`;
