import type { Dirent } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import { readLink, statEntry } from './read-folder.ts';
import { refuseUndecodable } from './refuse-undecodable.ts';
import type { Scan, ScannedFile } from './scan.ts';
import { stampOf } from './stamp.ts';

/** Adds what is at a path, no folder, to a scan; nothing when it has vanished since. */
export function takeEntry(
  scan: Scan,
  { absolute, onDisk, child, secret }: { absolute: string; onDisk: string; child: Dirent; secret: boolean },
): void {
  const path = onDisk.normalize('NFC');
  if (child.isSymbolicLink()) {
    const target = readLink(absolute, onDisk);
    if (target === null) refuseUndecodable(onDisk);
    else scan.entries.push({ type: 'symlink', path, target: decodeTarget(target, onDisk) });
  } else if (child.isFile()) {
    const found = statEntry(absolute, onDisk);
    if (found === null) return refuseUndecodable(onDisk);
    const { size, mode } = found;
    const file: ScannedFile = {
      type: 'file',
      path,
      size,
      executable: (mode & 0o100) !== 0,
      stamp: stampOf(found),
    };
    if (path !== onDisk) file.onDisk = onDisk;
    if (secret) file.secret = true;
    scan.entries.push(file);
  } else {
    scan.notes.push(`${onDisk} is left out: it is ${kindOf(child)}, not a file, a folder or a symlink.`);
    scan.ignored.push({ path: onDisk, rule: `always: ${kindOf(child)}` });
  }
}

/** Names are NFC in a bundle, and so must be what points to them. */
function decodeTarget(target: Buffer, onDisk: string): string {
  const text = target.toString('utf8');
  if (text.includes('\uFFFD') && !Buffer.from(text, 'utf8').equals(target)) {
    throw new RigError('invalid_bundle', `The target of the symlink ${onDisk} is not UTF-8.`, {
      hint: 'Change it, or list it in .rigignore.',
    });
  }
  return text.normalize('NFC');
}

function kindOf(child: Dirent): string {
  if (child.isSocket()) return 'a socket';
  if (child.isFIFO()) return 'a named pipe';
  return child.isBlockDevice() || child.isCharacterDevice() ? 'a device' : 'something else';
}
