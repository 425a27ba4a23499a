import assert from 'node:assert/strict';
import { loadAll } from 'js-yaml';

/** One way a command can end, and what has to be seen of it. */
export interface Cell {
  argv: string;
  code: number;
  /** Exact stdout in text. */
  text?: string;
  /** What stderr in text has to hold. */
  says?: RegExp;
  /** The document in json: exact, or the code of its error. */
  document?: object | null;
  error?: string;
  /** Records of a stream in json, without the last; then `error` is the error of the last one. */
  records?: object[];
}

export const cells: Cell[] = [
  // A stranger's commands.
  {
    argv: 'stranger object',
    code: 0,
    text: 'some text\nmore text\n',
    document: { answer: 42, nested: { list: [1, 2] } },
  },
  { argv: 'stranger nothing', code: 0, text: 'did it\n', document: {} },
  { argv: 'stranger zero', code: 0, text: '', document: { result: 0 } },
  { argv: 'stranger empty', code: 0, text: '', document: { result: [] } },
  { argv: 'stranger json-flag', code: 0, text: 'for people\n', document: { answer: 42 } },
  {
    argv: 'stranger stream',
    code: 0,
    text: '',
    records: [
      { type: 'item', n: 1 },
      { type: 'item', n: 2 },
    ],
  },
  { argv: 'stranger broken-stream', code: 0, text: '' },
  { argv: 'stranger throw-error', code: 1, text: '', says: /^Error: it went wrong/, error: 'command_failed' },
  {
    argv: 'stranger throw-string',
    code: 1,
    text: '',
    says: /^Error: just a string/,
    error: 'command_failed',
  },
  {
    argv: 'stranger throw-undefined',
    code: 1,
    text: '',
    says: /^Error: The command failed without saying why\./,
    error: 'command_failed',
  },
  { argv: 'stranger circular', code: 0, text: '' },
  {
    argv: 'stranger this-error',
    code: 1,
    text: '',
    says: /^Error: refused.*\nTry something else\.\n$/,
    error: 'command_failed',
  },
  { argv: 'stranger this-error-code', code: 7, text: '', says: /^Error: refused/, error: 'command_failed' },
  { argv: 'stranger this-exit', code: 3, text: '', says: /^$/, error: 'command_failed' },
  { argv: 'stranger this-exit-zero', code: 0, text: 'bye\n', says: /^$/, document: {} },
  { argv: 'stranger process-exit', code: 5, text: 'before the end\n', error: 'command_failed' },
  { argv: 'stranger process-exit-zero', code: 0, text: '', document: {} },
  { argv: 'stranger late-throw', code: 1, text: '', says: /^Error: too late/, error: 'command_failed' },
  {
    argv: 'stranger unhandled-rejection',
    code: 1,
    text: '',
    says: /^Error: nobody caught it/,
    error: 'command_failed',
  },
  { argv: 'stranger never', code: 1, text: '', says: /^Error: The command stopped/, error: 'command_failed' },
  {
    argv: 'stranger argument a b',
    code: 2,
    text: '',
    says: /^Error: Unexpected argument: b/,
    error: 'usage',
  },
  {
    argv: 'stranger object --bogus',
    code: 2,
    text: '',
    says: /^Error: Nonexistent flag: --bogus/,
    error: 'usage',
  },
  // Commands made with the kit.
  {
    argv: 'kin object',
    code: 0,
    text: 'some text\nNAME  COUNT\nweb   2\n',
    says: /^a note\n$/,
    document: { answer: 42 },
  },
  { argv: 'kin nothing', code: 0, text: 'did it\n', document: {} },
  { argv: 'kin problems', code: 21, text: 'there are problems\n', document: { healthy: false } },
  {
    argv: 'kin stream',
    code: 0,
    text: 'n is 1\nn is 2\n',
    records: [
      { type: 'item', n: 1 },
      { type: 'item', n: 2 },
    ],
  },
  {
    argv: 'kin broken-stream',
    code: 8,
    text: 'n is 1\n',
    says: /^Error: The connection broke\. \(connection_lost\)/,
    records: [{ type: 'item', n: 1 }],
    error: 'connection_lost',
  },
  {
    argv: 'kin rig-error',
    code: 6,
    text: '',
    says: /^Error: There is no app "blog"\. \(app_not_found\)\nRun `rig apps list`/,
    error: 'app_not_found',
  },
  { argv: 'kin throw-error', code: 1, text: '', says: /^Error: a mistake of ours/, error: 'unexpected' },
  { argv: 'kin throw-undefined', code: 1, text: '', says: /without saying why/, error: 'unexpected' },
  { argv: 'kin this-exit', code: 3, text: '', says: /^$/, error: 'unexpected' },
  { argv: 'kin process-exit', code: 5, text: '', error: 'unexpected' },
  {
    argv: 'kin unhandled-rejection',
    code: 1,
    text: '',
    says: /^Error: nobody caught it/,
    error: 'unexpected',
  },
  { argv: 'kin lingering', code: 0, text: '', document: { answer: 42 } },
  // Commands of rig.
  { argv: 'version --query nope', code: 0, text: '', document: null },
  { argv: 'version --query plugins[', code: 2, text: '', says: /character 8/, error: 'invalid_query' },
  { argv: 'context use nowhere', code: 6, text: '', error: 'context_not_found' },
  { argv: 'context use', code: 2, text: '', says: /^Error: Missing 1 required arg/, error: 'usage' },
  { argv: 'doctor --chek', code: 2, text: '', says: /^Error: Nonexistent flag: --chek/, error: 'usage' },
  // oclif's own, and what is no command at all.
  { argv: 'plugins inspect nothing-of-that-name', code: 6, text: '', error: 'plugin_not_installed' },
  { argv: 'plugins --bogus', code: 2, text: '', error: 'usage' },
  { argv: 'plugins install', code: 2, text: '', says: /^Error: /, error: 'usage' },
  { argv: 'kin objekt', code: 2, text: '', says: /Did you mean "kin object"\?/, error: 'command_not_found' },
  {
    argv: 'nonsense',
    code: 2,
    text: '',
    says: /^Error: There is no command "nonsense"\. \(command_not_found\)/,
    error: 'command_not_found',
  },
  {
    argv: 'help kin objekt',
    code: 2,
    text: '',
    says: /Did you mean "kin object"\?/,
    error: 'command_not_found',
  },
  { argv: '--bogus', code: 2, text: '', says: /^Error: /, error: 'usage' },
];

/** Compares what a machine format gave with what the cell says. */
export function checkMachine(cell: Cell, documents: Document[], code: number | null): void {
  if (cell.argv === 'stranger broken-stream') {
    // In text nobody reads a stranger's records, so that only here they break.
    assert.deepEqual(
      documents.map(({ type }) => type),
      ['item', 'error'],
    );
    assert.equal(code, 1);
    return;
  }
  if (cell.argv === 'stranger circular') {
    // In text nobody asks for its result.
    assert.deepEqual([code, documents.at(-1)?.error?.code], [1, 'command_failed']);
    return;
  }
  assert.equal(code, cell.code);
  const last = documents.at(-1);
  if (cell.records === undefined) assert.equal(documents.length, 1);
  else assert.deepEqual(documents.slice(0, -1), cell.records);
  if (cell.document !== undefined) assert.deepEqual(last, cell.document);
  if (cell.records !== undefined) assert.equal(last?.type, cell.error === undefined ? 'end' : 'error');
  if (cell.error === undefined) return;
  assert.equal(last?.error?.code, cell.error);
  assert.equal(last?.error?.exitCode, code);
  assert.ok((last?.error?.message ?? '') !== '' && typeof last?.error?.hint === 'string');
}

interface Document {
  type?: string;
  error?: { code: string; message: string; hint: string; exitCode: number };
}

/** The documents that stdout consists of, and of nothing else. */
export function readDocuments(format: 'json' | 'yaml', stdout: string): Document[] {
  if (format === 'yaml') return loadAll(stdout) as Document[];
  const lines = stdout.split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => JSON.parse(line) as Document);
}
