export { formatBytes, formatDuration, formatRelativeTime } from './quantities.ts';
export { layOutTable, type TableColumn } from './table.ts';
export { stripStyles, textWidth, truncate } from './text-width.ts';
export { sanitise } from '@rig-ops/contract/sanitise';
