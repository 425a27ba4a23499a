/**
 * Text as its bytes in UTF-8, each of them a character of its own (`latin1` in Node). JSON escapes none of
 * those above ASCII, so bytes can be put into a document of JSON without being decoded and encoded again, which
 * takes most of the time there is in recording a flood.
 */
export type ByteText = string;

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Bytes that are UTF-8 already. */
export const ofBytes = (bytes: Uint8Array): ByteText => view(bytes).toString('latin1');

export const ofText = (text: string): ByteText => Buffer.from(text, 'utf8').toString('latin1');

/** Bytes that are none, with what is no character replaced. */
export const ofBroken = (bytes: Uint8Array): ByteText => ofText(view(bytes).toString('utf8'));

export const base64Of = (bytes: Uint8Array): string => view(bytes).toString('base64');

export const toBytes = (text: ByteText): Buffer => Buffer.from(text, 'latin1');
