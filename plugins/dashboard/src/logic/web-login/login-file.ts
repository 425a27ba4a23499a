import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface LoginFile {
  /** `file:///…`; no secret. */
  readonly url: string;
  remove(): Promise<void>;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function pageTo(url: string): string {
  const to = escape(url);
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url=${to}">
<title>rig</title>
<p><a href="${to}" rel="noreferrer">Go on to the dashboard</a></p>
`;
}

/**
 * A file that leads a browser to a URL. Other users of the machine see the arguments of every program, so those
 * name the file, and the URL is in it, for its owner alone.
 * @param folder where it is written; made when it is not there
 */
export async function writeLoginFile(folder: string, url: string): Promise<LoginFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `login-${randomBytes(8).toString('hex')}.html`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(pageTo(url));
  } finally {
    await file.close();
  }
  return { url: pathToFileURL(path).href, remove: () => rm(path, { force: true }) };
}
