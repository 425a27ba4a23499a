/**
 * As much of the Protocol Buffers wire format as BuildKit's messages need: variable-length integers, and texts,
 * bytes and messages with their length in front (protobuf.dev/programming-guides/encoding). Other fields are passed over.
 */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

export interface Field {
  readonly number: number;
  /** Of a variable-length integer; what is beyond 2^53 is not exact. */
  readonly value: number;
  /** Of a text, bytes or a message. */
  readonly bytes: Buffer;
}

const NO_BYTES = Buffer.alloc(0);

/** The fields of a message in their order. @throws RangeError where it is cut */
export function* readMessage(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('a message is cut');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case VARINT:
        yield { number, value: varint(), bytes: NO_BYTES };
        break;
      case LENGTH: {
        const end = varint() + at;
        if (end > message.length) throw new RangeError('a message is cut');
        yield { number, value: 0, bytes: message.subarray(at, end) };
        at = end;
        break;
      }
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      default:
        throw new RangeError(`a field of type ${key % 8}`);
    }
  }
}

/** A field of a text or bytes. */
export function encodeField(number: number, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of((number << 3) | LENGTH), encodeVarint(bytes.length), bytes]);
}

export function encodeInteger(number: number, value: number): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | VARINT), encodeVarint(value)]);
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
