import { spawn } from 'node:child_process';

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' };

/** Opens an address in the browser of the desktop. @returns false where there is no program for it */
export async function openBrowser(url: string, platform: string = process.platform): Promise<boolean> {
  const opener = OPENERS[platform];
  if (opener === undefined) return false;
  return await new Promise((resolve) => {
    const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
