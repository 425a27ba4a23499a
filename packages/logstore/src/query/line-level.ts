import { LEVEL_LOOKED_AT, levelOfText } from '@rig-ops/contract/log-level';
import type { LogLevel } from '@rig-ops/contract/log-words';

/** The level a line says it has; undefined when it says none. */
export function levelOf(bytes: Uint8Array): LogLevel | undefined {
  const { buffer, byteOffset, length } = bytes;
  return levelOfText(Buffer.from(buffer, byteOffset, Math.min(length, LEVEL_LOOKED_AT)).toString('latin1'));
}
