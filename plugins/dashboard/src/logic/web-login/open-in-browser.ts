import { spawn } from 'node:child_process';

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' };

/** A program that finds no browser ends soon; one that found it may go on for as long as the browser does. */
const FAILS_WITHIN_MS = 2_000;

/** @returns whether a browser seems to have been opened */
export async function openInBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): Promise<boolean> {
  const opener = OPENERS[platform];
  if (opener === undefined) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true, env: { ...env } });
  const timer = setTimeout(() => resolve(true), FAILS_WITHIN_MS);
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
  const opened = await promise;
  clearTimeout(timer);
  child.unref();
  return opened;
}
