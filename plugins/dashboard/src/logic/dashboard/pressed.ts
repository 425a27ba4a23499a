import type { Action, DashboardUi } from './dashboard-ui.ts';

/** What a key asks for beyond a change of the screen. */
export type Effect =
  | { readonly kind: 'quit'; readonly interrupted: boolean }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'shell'; readonly app: string; readonly instance: string | null }
  | { readonly kind: 'attach'; readonly session: string }
  | { readonly kind: 'act'; readonly action: Action }
  /** Ask again for what the screen shows. */
  | { readonly kind: 'reload' };

export interface Pressed {
  readonly ui: DashboardUi;
  readonly effect?: Effect;
}
