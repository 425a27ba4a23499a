export type { Copied, LeftOut } from './copied.ts';
export type { CopyProgram, CopyMessage } from './copy-program.ts';
export { measure, pack, type PackOptions } from './pack.ts';
export { receiveFile } from './receive-file.ts';
export { sendFile } from './send-file.ts';
export { unpack, type UnpackOptions } from './unpack.ts';
export { encodeHeader, END_OF_ARCHIVE, type EntryOwner, paddingOf } from './tar-header.ts';
