import type { ErrorDocument } from '@rig-ops/contract/errors';

type Document = Record<string, unknown>;

/** What a machine format has on stdout: one document, or records with one that ends them. Text is neither. */
export function readDocuments(stdout: string): {
  result: Document | undefined;
  error: ErrorDocument | undefined;
  records: Document[];
} {
  const whole = parseObject(stdout);
  if (whole !== undefined && whole.type !== 'end' && whole.type !== 'error') {
    const failed = isErrorDocument(whole.error) && Object.keys(whole).length === 1;
    return failed
      ? { result: undefined, error: whole.error as ErrorDocument, records: [] }
      : { result: whole, error: undefined, records: [] };
  }
  const lines = stdout.split('\n').filter((line) => line !== '');
  const parsed = lines.map(parseObject);
  const records = parsed.filter((record) => record !== undefined);
  if (records.length < lines.length) return { result: undefined, error: undefined, records: [] };
  const last = records.at(-1);
  const error = last?.type === 'error' ? (last.error as ErrorDocument) : undefined;
  const ended = last?.type === 'end' || last?.type === 'error';
  return { result: undefined, error, records: ended ? records.slice(0, -1) : records };
}

function parseObject(text: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Document) : undefined;
  } catch {
    return undefined;
  }
}

function isErrorDocument(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'code' in value && 'exitCode' in value;
}
