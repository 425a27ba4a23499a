/** Which row of a list is chosen, and what of it is shown. Rows are known by their keys: data may move them. */
export interface ListView {
  readonly selected: string | null;
  /** Index of the first row on the screen. */
  readonly top: number;
  readonly filter: string;
}

export type LogLevelChoice = 'all' | 'warn' | 'error';

export type Screen =
  | { readonly kind: 'apps'; readonly list: ListView; readonly sort: AppSort; readonly descending: boolean }
  | { readonly kind: 'overview'; readonly top: number }
  | { readonly kind: 'events'; readonly list: ListView; readonly app: string | null }
  | { readonly kind: 'sessions'; readonly list: ListView }
  | { readonly kind: 'audit'; readonly list: ListView }
  | {
      readonly kind: 'app';
      readonly app: string;
      readonly tab: 'instances' | 'releases';
      readonly list: ListView;
    }
  | { readonly kind: 'release'; readonly app: string; readonly version: number; readonly top: number }
  | LogScreen;

export interface LogScreen {
  readonly kind: 'logs';
  readonly app: string;
  /** Null for all of them. */
  readonly instance: string | null;
  /** Evaluated by the platform: what does not match does not travel. */
  readonly filter: string;
  readonly level: LogLevelChoice;
  /** Number of the line at the bottom; null while it follows. */
  readonly bottom: number | null;
  readonly wrap: boolean;
  /** First column that is shown. */
  readonly left: number;
}

export type ScreenKind = Screen['kind'];
export type ListScreen = Extract<Screen, { list: ListView }>;

/** By what the apps can be sorted, in the order `s` goes through. */
export const appSorts = [
  'name',
  'status',
  'cpu',
  'memory',
  'requests',
  'errors',
  'p95',
  'restarts',
  'age',
] as const;
export type AppSort = (typeof appSorts)[number];

/** Those that begin with the most. */
export const beginsWithMost: ReadonlySet<AppSort> = new Set([
  'cpu',
  'memory',
  'requests',
  'errors',
  'p95',
  'restarts',
]);

export const freshList: ListView = { selected: null, top: 0, filter: '' };

export const tabs = ['apps', 'overview', 'events', 'sessions', 'audit'] as const satisfies ScreenKind[];
export type Tab = (typeof tabs)[number];

export function freshScreen(tab: Tab): Screen {
  switch (tab) {
    case 'apps':
      return { kind: 'apps', list: freshList, sort: 'name', descending: false };
    case 'overview':
      return { kind: 'overview', top: 0 };
    case 'events':
      return { kind: 'events', list: freshList, app: null };
    case 'sessions':
    case 'audit':
      break;
  }
  return { kind: tab, list: freshList };
}

export function logScreen(app: string, instance: string | null): LogScreen {
  return { kind: 'logs', app, instance, filter: '', level: 'all', bottom: null, wrap: false, left: 0 };
}
