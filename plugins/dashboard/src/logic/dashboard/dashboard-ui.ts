import type { Step } from './metrics-history.ts';
import { freshScreen, type Screen } from './screens.ts';

/** What the last line asks. */
export type Prompt =
  | { readonly kind: 'filter'; readonly text: string; readonly before: string }
  | { readonly kind: 'scale'; readonly app: string; readonly process: string; readonly text: string };

/** A change that waits for a yes. */
interface Confirmation {
  readonly question: string;
  readonly action: Action;
}

/** A change of something on the platform. */
export type Action =
  | { readonly kind: 'restart'; readonly app: string; readonly instance: string | null }
  | { readonly kind: 'scale'; readonly app: string; readonly process: string; readonly instances: number }
  | { readonly kind: 'rollback'; readonly app: string; readonly version: number }
  | { readonly kind: 'kill-session'; readonly session: string };

export interface Notice {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
}

/** What the user sees of the data; keys change it. */
export interface DashboardUi {
  readonly size: { readonly columns: number; readonly rows: number };
  /** From the overview down to what is shown, which is the last. */
  readonly screens: readonly [Screen, ...Screen[]];
  readonly prompt: Prompt | null;
  readonly confirmation: Confirmation | null;
  readonly help: boolean;
  readonly paused: boolean;
  readonly notice: Notice | null;
  /** What sparklines show: so much time between two of their columns. */
  readonly range: Step;
}

export function initialUi(size: DashboardUi['size'], filter = ''): DashboardUi {
  const apps = freshScreen('apps');
  return {
    size,
    screens: [apps.kind === 'apps' ? { ...apps, list: { ...apps.list, filter } } : apps],
    prompt: null,
    confirmation: null,
    help: false,
    paused: false,
    notice: null,
    range: '1s',
  };
}

export function currentScreen(ui: DashboardUi): Screen {
  return ui.screens.at(-1) ?? ui.screens[0];
}

export function withScreen(ui: DashboardUi, screen: Screen): DashboardUi {
  const [first, ...rest] = [...ui.screens.slice(0, -1), screen];
  return { ...ui, screens: first === undefined ? [screen] : [first, ...rest] };
}
