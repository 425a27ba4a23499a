export { LineParser, type PlayedEvent, type RecordingHead } from './recording/parse-lines.ts';
export {
  Player,
  type PlayerOptions,
  type PlayerScreen,
  type PlayerStatus,
} from './recording/player.ts';
export type { PlayerCommand } from './recording/player-command.ts';
export { type LinesOfBlock, readBlocks, unreadable } from './recording/read-blocks.ts';
export { safeOutput } from './recording/safe-output.ts';
export { Timeline, type TimelineStore } from './recording/timeline.ts';
