import { crc32, deflateRawSync } from 'node:zlib';
import { Header } from 'tar';

/** One entry of an archive that a test makes byte by byte, so that it may say what no program would pack. */
export interface TestEntry {
  path: string;
  content?: string | Uint8Array;
  mode?: number;
  /** A type of tar, as `SymbolicLink`; `File` when absent. */
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
  target?: string;
}

const BLOCK = 512;

/** A tar of these entries. */
export function makeTar(entries: readonly TestEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', mode = 0o644, target, type = 'File' }) => {
    const bytes = Buffer.from(content);
    const header = new Header({
      path,
      mode,
      size: bytes.length,
      type,
      mtime: new Date(0),
      ...(target === undefined ? {} : { linkpath: target }),
    });
    const head = Buffer.alloc(BLOCK);
    header.encode(head, 0);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [head, bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const KINDS: Record<string, number> = { SymbolicLink: 0o120000, Directory: 0o040000, FIFO: 0o010000 };

/** A zip of these entries, as a Unix program packs it. */
export function makeZip(entries: readonly TestEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content = '', mode = 0o644, target, type = 'File' } of entries) {
    const name = Buffer.from(path);
    const plain = Buffer.from(target ?? content);
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((((KINDS[type] ?? 0o100000) | mode) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([20, 3]);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
