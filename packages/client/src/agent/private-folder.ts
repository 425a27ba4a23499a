import { chmod, lstat, mkdir } from 'node:fs/promises';

/**
 * Makes a folder that is the user's alone, or makes sure that it is.
 * @throws Error where somebody else has put something in its place
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const about = await lstat(path);
  if (!about.isDirectory() || about.uid !== process.getuid?.()) throw new Error(`${path} is somebody else's`);
  if ((about.mode & 0o077) !== 0) await chmod(path, 0o700);
}
