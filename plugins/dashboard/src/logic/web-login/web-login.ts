import { setTimeout as sleep } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { BrowserLogin } from '@rig-ops/contract/resources';
import { type LoginFile, writeLoginFile } from './login-file.ts';
import { pagesUrl } from './pages-url.ts';

const LOOK_EVERY_MS = 400;
/** A browser that starts cold takes some seconds. */
const PATIENCE_MS = 10_000;

/** What `rig status dashboard --web` answers. */
export interface WebLogin {
  /** Address of the pages; with the ticket where no browser was opened. */
  url: string;
  /** Whether a browser was opened. */
  opened: boolean;
  /** Whom the browser acts as. */
  user: string;
  /** Until when the ticket is good. */
  expiresAt: string;
  /** Id of the session of the browser; null where it was not waited for. */
  session: string | null;
}

export interface WebLoginOptions {
  readonly client: Pick<RigClient, 'call' | 'target'>;
  readonly rigHome: string;
  readonly signal: AbortSignal;
  /** Opens a file in a browser; undefined where none is to be opened. @returns whether one was */
  readonly open: ((url: string) => Promise<boolean>) | undefined;
  /** Told once a browser was opened. */
  readonly onOpened: (pages: string) => void;
  /** Told when the browser takes long, with what somebody can open instead. */
  readonly onSlow: (url: string) => void;
}

/**
 * Lets one browser in: by a file that it opens, or by a URL for somebody to open.
 * @throws RigError `pages_not_served`, `browser_login_refused` when the browser did not come
 */
export async function loginBrowser(options: WebLoginOptions): Promise<WebLogin> {
  const { client, open, rigHome, signal } = options;
  const base = await pagesUrl(client.target, rigHome);
  const login = await requestLogin(client, signal);
  const answer = { user: login.user, expiresAt: login.expiresAt };
  const secret = base + login.path;
  let file: LoginFile | undefined;
  try {
    if (open !== undefined) {
      file = await writeLoginFile(`${rigHome}/browser`, secret);
      if (await open(file.url)) {
        options.onOpened(`${base}/ui/`);
        const session = await awaitLogin(login, secret, options);
        return { url: `${base}/ui/`, opened: true, ...answer, session };
      }
    }
    return { url: secret, opened: false, ...answer, session: null };
  } finally {
    await file?.remove();
  }
}

async function requestLogin(client: Pick<RigClient, 'call'>, signal: AbortSignal): Promise<BrowserLogin> {
  try {
    return await client.call('createBrowserLogin', { signal });
  } catch (error) {
    if (!isRigError(error) || error.code !== 'route_not_found') throw error;
    throw new RigError('pages_not_served', 'The platform is of a version without pages for a browser.', {
      hint: 'Update the platform, or use `rig status dashboard` in the terminal.',
      cause: error,
    });
  }
}

async function awaitLogin(
  { id, expiresAt }: BrowserLogin,
  secret: string,
  { client, onSlow, signal }: WebLoginOptions,
): Promise<string | null> {
  const slowAt = performance.now() + PATIENCE_MS;
  for (let told = false; ; ) {
    const { state, session } = await client.call('getBrowserLogin', { params: { login: id }, signal });
    if (state === 'used') return session;
    if (state === 'expired') {
      throw new RigError('browser_login_refused', `No browser has come until ${expiresAt}.`, {
        hint: 'Run it again with --no-open, and open the address it prints.',
      });
    }
    if (!told && performance.now() > slowAt) {
      told = true;
      onSlow(secret);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
