export { formatBytes, formatDuration, formatRelativeTime } from './quantities.ts';
export { layOutTable, stripStyles, type TableColumn, textWidth, truncate } from './table.ts';
export { sanitise } from './sanitise.ts';
