import { describeExit } from '@rig-ops/kit/failure';
import type { Run, RunHook } from '../run.ts';
import { chooseFormat, guessFormat, type OutputFormat } from './output-format.ts';
import { settleColour } from './settle-colour.ts';

/**
 * Renders whatever a command returned or failed with: in `text` for people, in `json` and `yaml` as
 * exactly one document, or one for each record of a stream. While a document is owed, stdout is guarded:
 * whatever else is printed there goes to stderr.
 */
export const outputHook: RunHook = {
  flags: [
    {
      name: 'output',
      char: 'o',
      takesValue: true,
      helpValue: 'FORMAT',
      description: 'How the result is written: text, json or yaml.',
      options: ['text', 'json', 'yaml'],
    },
    { name: 'json', takesValue: false, always: true, description: 'The same as --output json.' },
    {
      name: 'query',
      takesValue: true,
      helpValue: 'JMESPATH',
      description: 'Write only this of the result, as in --query "apps[].name".',
    },
    { name: 'no-color', takesValue: false, description: 'No colour, as with NO_COLOR.' },
  ],

  onBegin(run) {
    settleColour(run);
    use(run, guessFormat(run));
  },

  async onCommand(run) {
    use(run, chooseFormat(run));
    const { query } = run.given;
    if (query === undefined) return;
    // Before anything happens: whoever mistypes it would have to run the command again.
    const { compileQuery } = await import('./query.ts');
    run.query = compileQuery(String(query), run.command?.id.replaceAll(':', ' '));
  },

  async onResult(run, result) {
    const { writeResult } = await import('./output-result.ts');
    await writeResult(run, result);
  },

  async onFailure(run) {
    const { writeFailure } = await import('./output-result.ts');
    await writeFailure(run);
  },

  onExit(run, exitCode) {
    const { stdout, format } = run;
    if (format === 'text' || stdout.complete) return;
    stdout.complete = true;
    // Nothing can be loaded any more; every YAML reader takes a line of JSON for a document.
    const separator = format === 'yaml' && stdout.streaming ? '---\n' : '';
    stdout.writeLast(`${separator}${JSON.stringify(lastDocument(run, exitCode))}\n`);
  },
};

function use(run: Run, format: OutputFormat): void {
  run.format = format;
  // A query asks for a part of the document, however it is written then.
  const machine = format !== 'text' || run.given.query !== undefined;
  run.invocation.machine = machine;
  run.stdout.guard(machine);
}

/** What a process that is ended before its command returned has to say. */
function lastDocument(run: Run, exitCode: number): unknown {
  const error =
    run.failure ??
    (exitCode === 0 ? undefined : describeExit(exitCode, run.ownKind ? 'unexpected' : 'command_failed'));
  if (run.stdout.streaming) return error === undefined ? { type: 'end' } : { type: 'error', error };
  if (error !== undefined) return { error };
  return run.query === undefined ? {} : run.query.apply({});
}
