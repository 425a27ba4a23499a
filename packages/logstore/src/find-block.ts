import { type Block, decodeBlock } from './decode-block.ts';

/** The first good block at or behind `from`; null when these bytes hold none. */
export function findBlock(
  bytes: Buffer,
  from: number,
  magic: Buffer,
): { offset: number; block: Block } | null {
  for (let at = bytes.indexOf(magic, from); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    const block = decodeBlock(bytes, at, magic);
    if (block !== null && typeof block !== 'number') return { offset: at, block };
  }
  return null;
}

/** Every good block at or behind `from`, passing over what is damaged between them. */
export function* goodBlocks(
  bytes: Buffer,
  from: number,
  magic: Buffer,
): Generator<{ offset: number; block: Block }> {
  let found = findBlock(bytes, from, magic);
  while (found !== null) {
    yield found;
    found = findBlock(bytes, found.offset + found.block.length, magic);
  }
}
