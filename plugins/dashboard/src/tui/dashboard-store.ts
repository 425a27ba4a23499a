import type { DashboardData } from '../logic/dashboard/dashboard-data.ts';
import { currentScreen, type DashboardUi, type Notice, withScreen } from '../logic/dashboard/dashboard-ui.ts';
import { isListScreen } from '../logic/dashboard/list-rows.ts';
import { settleList } from '../logic/dashboard/move-selection.ts';
import { pressKey } from '../logic/dashboard/press-key.ts';
import type { Effect } from '../logic/dashboard/pressed.ts';
import type { MouseReport } from './mouse-filter.ts';
import type { Look } from './paint/look.ts';
import { paintScreen } from './paint/paint-screen.ts';
import type { Painted } from './paint/table.ts';

export interface StoreOptions {
  ui: DashboardUi;
  data: DashboardData;
  look: Look;
  context: string;
  freshMs: number;
  onEffect: (effect: Effect) => void;
  /** Data is drawn so often at most, in milliseconds; keys at once. */
  frameMs?: number;
  /** The screen may show something else now. */
  onUi: (ui: DashboardUi) => void;
}

const FRAME_MS = 150;

/** The state of the dashboard and its picture, as React reads it. */
export class DashboardStore {
  readonly #options: StoreOptions;
  readonly #listeners = new Set<() => void>();
  #ui: DashboardUi;
  #picture: Painted | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#ui = options.ui;
  }

  get ui(): DashboardUi {
    return this.#ui;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The picture of the present state; the same object until something has changed. */
  readonly picture = (): Painted => {
    const { data, look, context, freshMs } = this.#options;
    this.#picture ??= paintScreen({ ui: this.#ui, data, look, context, freshMs, now: Date.now() });
    return this.#picture;
  };

  press(key: string): void {
    const { ui, effect } = pressKey(this.#ui, key, this.#options.data);
    this.#change(ui);
    if (effect !== undefined) this.#options.onEffect(effect);
  }

  /** A click chooses a row, one on the chosen row opens it. */
  mouse({ what, row }: MouseReport): void {
    if (what !== 'press') {
      this.press(what);
      return;
    }
    const screen = currentScreen(this.#ui);
    const key = this.picture().hits.get(row);
    if (key === undefined || !isListScreen(screen)) return;
    if (screen.list.selected === key) this.press('enter');
    else this.#change(withScreen(this.#ui, { ...screen, list: { ...screen.list, selected: key } }));
  }

  resize(columns: number, rows: number): void {
    this.#change({ ...this.#ui, size: { columns, rows } });
  }

  notice(notice: Notice): void {
    this.#change({ ...this.#ui, notice });
  }

  /** Data has changed: it is drawn soon, together with what else changes until then. */
  readonly dataChanged = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#change(this.#ui);
    }, this.#options.frameMs ?? FRAME_MS);
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #change(ui: DashboardUi): void {
    this.#ui = settleList(ui, this.#options.data);
    this.#picture = undefined;
    this.#options.onUi(this.#ui);
    for (const listener of this.#listeners) listener();
  }
}
