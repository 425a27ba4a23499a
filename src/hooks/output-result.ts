import { TerminalUi } from '@rig-ops/kit';
import { isRecordStream, renderError, toResultDocument } from '@rig-ops/kit/render';
import { sanitise } from '@rig-ops/kit/text';
import type { Run } from '../run.ts';

/** Writes what a command returned. In text only a stream is left to write: a command shows the rest itself. */
export async function writeResult(run: Run, result: unknown): Promise<void> {
  const { invocation, stdout } = run;
  if (isRecordStream(result)) {
    await (invocation.machine ? writeRecords(run, result) : writeLines(run, result));
    return;
  }
  if (!invocation.machine) return;
  const document = toResultDocument(result);
  const selected = run.query === undefined ? document : run.query.apply(document);
  const text = await renderDocument(run, selected);
  // From here on nothing else may follow it.
  stdout.complete = true;
  await stdout.write(text);
}

/** Writes what it failed with: the document, the last record of a stream, or text on stderr. */
export async function writeFailure(run: Run): Promise<void> {
  const { invocation, stdout, failure: error } = run;
  if (error === undefined) return;
  if (run.format === 'text' || stdout.complete) {
    if (run.quiet) return;
    const ui = new TerminalUi(invocation);
    ui.note(renderError(error, (kind, text) => ui.style(kind, text)));
    return;
  }
  const text = await (stdout.streaming
    ? renderRecord(run, { type: 'error', error })
    : renderDocument(run, { error }));
  stdout.complete = true;
  await stdout.write(text);
}

async function writeRecords(run: Run, records: AsyncIterable<unknown>): Promise<void> {
  const { stdout, abort, query } = run;
  stdout.streaming = true;
  for await (const record of records) {
    const document = toResultDocument(record);
    const selected = query === undefined ? document : query.apply(document);
    // A record without what was asked for has nothing to say.
    if (query !== undefined && selected === null) continue;
    await stdout.write(await renderRecord(run, selected));
  }
  // A stream that was broken off has not ended; whoever broke it off says how.
  if (abort.signal.aborted) return;
  const end = run.format === 'text' ? '' : await renderRecord(run, { type: 'end' });
  stdout.complete = true;
  await stdout.write(end);
}

async function writeLines(run: Run, records: AsyncIterable<unknown>): Promise<void> {
  const { renderRecord: render } = run.invocation;
  // A stranger's iterable has no text of its own, and running it might do what nobody asked for.
  if (render === undefined) return;
  for await (const record of records) {
    const text = render(record as object);
    if (text !== undefined) await run.stdout.write(typeof text === 'string' ? `${text}\n` : text);
  }
}

/** The one document: JSON on one line for programs, indented for people. */
async function renderDocument(run: Run, value: unknown): Promise<string> {
  if (run.format === 'json' && process.stdout.isTTY)
    return await colour(run, JSON.stringify(value, undefined, 2));
  return await render(run, value);
}

/** One record of a stream: a line of JSON, or a document of YAML. */
async function renderRecord(run: Run, value: unknown): Promise<string> {
  const text = await render(run, value);
  return run.format === 'yaml' ? `---\n${text}` : text;
}

async function render(run: Run, value: unknown): Promise<string> {
  const onTerminal = process.stdout.isTTY;
  if (run.format === 'json') {
    const json = JSON.stringify(value);
    return onTerminal ? await colour(run, json) : `${json}\n`;
  }
  if (run.format === 'yaml') {
    const { renderYaml } = await import('./render-yaml.ts');
    return renderYaml(value);
  }
  const { renderSelection } = await import('./query-text.ts');
  return renderSelection(value)
    .map((line) => `${onTerminal ? sanitise(line, { keepNewlines: true }) : line}\n`)
    .join('');
}

async function colour(run: Run, json: string): Promise<string> {
  const { colourJson, escapeControls } = await import('./colour-json.ts');
  const harmless = escapeControls(json);
  return `${new TerminalUi(run.invocation).colour ? colourJson(harmless) : harmless}\n`;
}
