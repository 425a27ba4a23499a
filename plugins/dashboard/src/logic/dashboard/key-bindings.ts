import type { Screen } from './screens.ts';

export interface KeyBinding {
  readonly keys: string;
  /** One or two words for the last line of the screen. */
  readonly hint: string;
  /** For the page of help. */
  readonly says: string;
}

const everywhere: KeyBinding[] = [
  { keys: '?', hint: 'help', says: 'this page' },
  { keys: 'q', hint: 'quit', says: 'quit (Ctrl-C too)' },
];

const listKeys: KeyBinding[] = [
  { keys: '↑↓', hint: 'move', says: 'choose a row: arrows, j and k, PgUp, PgDn, Home, End, wheel, click' },
  {
    keys: '/',
    hint: 'filter',
    says: 'show rows that have every word; !word for those that do not; Esc ends it',
  },
];

const byScreen: Record<string, KeyBinding[]> = {
  apps: [
    { keys: '⏎', hint: 'open', says: 'open the app: its instances and releases' },
    { keys: 'l', hint: 'logs', says: 'live logs of the app' },
    { keys: 's', hint: 'sort', says: 'sort by the next column; S the other way round' },
    { keys: 'x', hint: 'shell', says: 'a shell in the app; back here when it ends' },
    { keys: 'R', hint: 'restart', says: 'restart the app, after a question' },
  ],
  instances: [
    { keys: '⇥', hint: 'releases', says: 'between instances and releases' },
    { keys: '⏎', hint: 'logs', says: 'live logs of the instance; l of the whole app' },
    { keys: 'x', hint: 'shell', says: 'a shell in the instance; back here when it ends' },
    { keys: 'R', hint: 'restart', says: 'restart the instance, after a question' },
    { keys: 'C', hint: 'scale', says: 'how many instances of the process there are to be' },
    { keys: 'e', hint: 'events', says: 'events of the app' },
  ],
  releases: [
    { keys: '⇥', hint: 'instances', says: 'between instances and releases' },
    { keys: '⏎', hint: 'details', says: 'what the release is' },
    { keys: 'B', hint: 'roll back', says: 'make a release with the content of this one, after a question' },
    { keys: 'l', hint: 'logs', says: 'live logs of the app' },
    { keys: 'e', hint: 'events', says: 'events of the app' },
  ],
  release: [
    { keys: 'B', hint: 'roll back', says: 'make a release with the content of this one, after a question' },
  ],
  logs: [
    { keys: '/', hint: 'filter', says: 'only lines that hold the text; the platform looks for them' },
    { keys: 'v', hint: 'level', says: 'all lines, warnings and errors, errors alone' },
    { keys: 'f', hint: 'follow', says: 'back to the newest line; moving up stays where you are' },
    { keys: 'w', hint: 'wrap', says: 'long lines in several rows; otherwise ← → moves sideways' },
    { keys: 'x', hint: 'shell', says: 'a shell there; back here when it ends' },
  ],
  sessions: [
    { keys: '⏎', hint: 'attach', says: 'attach to the session; back here when you leave it (~d)' },
    { keys: 'K', hint: 'end', says: 'end the session, after a question' },
  ],
  events: [{ keys: '⏎', hint: 'open', says: 'open the app of the event' }],
  audit: [
    { keys: 'r', hint: 'read again', says: 'read the newest records; each reading is itself recorded' },
  ],
  overview: [],
};

/** What the keys do on a screen: its own first, then those of every screen. */
export function keyBindings(screen: Screen): { own: KeyBinding[]; general: KeyBinding[] } {
  const name = screen.kind === 'app' ? screen.tab : screen.kind;
  const isList = 'list' in screen;
  return {
    own: [...(byScreen[name] ?? []), ...(isList ? listKeys.slice(1) : [])],
    general: [
      ...(isList ? listKeys.slice(0, 1) : []),
      { keys: '1–5', hint: 'screens', says: 'apps, overview, events, sessions, audit' },
      { keys: 'Esc', hint: 'back', says: 'back to the screen before' },
      { keys: 't', hint: 'range', says: 'what sparklines show: 1 s, 10 s, 1 min between their columns' },
      { keys: 'p', hint: 'pause', says: 'hold the picture, or the log, as it is; again to go on' },
      ...everywhere,
    ],
  };
}
