/** What somebody asks of a player. */
export type PlayerCommand =
  | { type: 'pause' | 'step' | 'quit' }
  | { type: 'seek'; seconds: number }
  | { type: 'jump'; fraction: number }
  | { type: 'marker'; direction: 1 | -1 }
  | { type: 'speed'; factor: number };
