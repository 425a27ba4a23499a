import type { Ui } from '@rig-ops/kit';

/** What a text page has to fit. */
export interface Look {
  /** Columns of the terminal. */
  width: number;
  /** Rows that it is to fit in; null for everything. */
  height: number | null;
  now: Date;
  style: Ui['style'];
}

/** What is to be typed to see the rest. */
export const ALL = 'rig status --all';
