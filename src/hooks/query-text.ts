/**
 * What a query selected, for a shell: text and numbers as they are, a list one entry a line, a list in a
 * list as one line with tabs, whatever has fields as JSON. Nothing at all gives no line.
 */
export function renderSelection(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return [renderCell(value)];
  return value.map((entry: unknown) =>
    Array.isArray(entry) ? entry.map(renderCell).join('\t') : renderCell(entry),
  );
}

function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
