import { isRecordStream, renderError, toResultDocument } from '@rig-ops/kit/render';
import { TerminalUi } from '@rig-ops/kit';
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
  // From here on nothing else may follow it.
  stdout.complete = true;
  await writeDocument(run, document);
}

/** Writes what it failed with: the document, the last record of a stream, or text on stderr. */
export async function writeFailure(run: Run): Promise<void> {
  const { invocation, stdout, failure: error } = run;
  if (error === undefined) return;
  if (!invocation.machine || stdout.complete) {
    if (run.quiet) return;
    const ui = new TerminalUi(invocation);
    ui.note(renderError(error, (kind, text) => ui.style(kind, text)));
    return;
  }
  stdout.complete = true;
  await (stdout.streaming ? writeRecord(run, { type: 'error', error }) : writeDocument(run, { error }));
}

async function writeRecords(run: Run, records: AsyncIterable<unknown>): Promise<void> {
  const { stdout, abort } = run;
  stdout.streaming = true;
  for await (const record of records) {
    await writeRecord(run, toResultDocument(record));
  }
  // A stream that was broken off has not ended; whoever broke it off says how.
  if (abort.signal.aborted) return;
  stdout.complete = true;
  await writeRecord(run, { type: 'end' });
}

async function writeLines(run: Run, records: AsyncIterable<unknown>): Promise<void> {
  const { renderRecord } = run.invocation;
  // A stranger's iterable has no text of its own, and running it might do what nobody asked for.
  if (renderRecord === undefined) return;
  for await (const record of records) {
    const text = renderRecord(record as object);
    if (text !== undefined) await run.stdout.write(typeof text === 'string' ? `${text}\n` : text);
  }
}

async function writeRecord(run: Run, record: object): Promise<void> {
  await run.stdout.write(`${JSON.stringify(record)}\n`);
}

async function writeDocument(run: Run, document: object): Promise<void> {
  if (!process.stdout.isTTY) {
    await run.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const indented = JSON.stringify(document, undefined, 2);
  const { colour } = new TerminalUi(run.invocation);
  const { colourJson } = await import('./colour-json.ts');
  await run.stdout.write(`${colour ? colourJson(indented) : indented}\n`);
}
