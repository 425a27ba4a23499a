import type { Ui } from '@rig-ops/kit';
import { isOverSsh, whyNoBrowser } from './can-open.ts';
import { openInBrowser } from './open-in-browser.ts';
import { loginBrowser, type WebLogin, type WebLoginOptions } from './web-login.ts';

export interface OpenPagesOptions extends Pick<WebLoginOptions, 'client' | 'rigHome' | 'signal'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ui: Pick<Ui, 'note' | 'print'>;
  /** Whether somebody sees what is printed. */
  readonly watched: boolean;
  /** What was asked for: a browser, none, or what fits. */
  readonly wanted: boolean | undefined;
}

/** Opens the pages of the platform in a browser, logged in; where there is none, prints how to get there. */
export async function openPages(options: OpenPagesOptions): Promise<WebLogin> {
  const { client, env, rigHome, signal, ui, wanted, watched } = options;
  const why = whyNoBrowser(env);
  const opens = wanted ?? (watched && why === undefined);
  const login = await loginBrowser({
    client,
    rigHome,
    signal,
    open: opens ? (url) => openInBrowser(url, env) : undefined,
    onOpened: (pages) => ui.note(`Opening ${pages} in your browser …`),
    onSlow: (url) => ui.note(`The browser takes its time. You can open this yourself, once:\n  ${url}`),
  });
  if (login.opened) {
    ui.note(
      `The browser is logged in as ${login.user}. \`rig tokens list\` shows it, and its page has a way out.`,
    );
    return login;
  }
  const because = opens
    ? 'No browser could be opened'
    : wanted === undefined && why !== undefined
      ? `No browser is opened: ${why}`
      : undefined;
  if (because !== undefined) ui.note(`${because}.`);
  ui.print(login.url);
  ui.note('Open it within a minute. It is good once, and whoever has it is you: pass it to nobody.');
  const { hostname, port } = new URL(login.url);
  if (isOverSsh(env) && hostname === '127.0.0.1') {
    ui.note(`From your own machine, first: ssh -L ${port}:127.0.0.1:${port} HOST`);
  }
  return login;
}
