import { RigError } from '@rig-ops/contract/errors';
import { describeExit } from '@rig-ops/kit/failure';
import type { Run, RunHook } from '../run.ts';

/** Formats of `-o`. */
const formats = ['text', 'json'] as const;

/**
 * Renders whatever a command returned or failed with: in `text` for people, in `json` as exactly one
 * document, or one per line for a stream. While a document is owed, stdout is guarded: whatever else is
 * printed there goes to stderr.
 */
export const outputHook: RunHook = {
  flags: [
    {
      name: 'output',
      char: 'o',
      takesValue: true,
      helpValue: 'FORMAT',
      description: 'How the result is written: text or json.',
    },
    { name: 'json', takesValue: false, always: true, description: 'The same as --output json.' },
  ],

  onBegin(run) {
    const { json, output } = run.given;
    useMachineFormat(run, json === true || (output ?? run.invocation.env.RIG_OUTPUT) === 'json');
  },

  onCommand(run) {
    useMachineFormat(run, isMachineFormat(run));
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
    const { stdout, invocation } = run;
    if (!invocation.machine || stdout.complete) return;
    stdout.complete = true;
    stdout.writeLast(`${JSON.stringify(lastDocument(run, exitCode))}\n`);
  },
};

function useMachineFormat(run: Run, machine: boolean): void {
  run.invocation.machine = machine;
  run.stdout.guard(machine);
}

/** The flags win over the environment; the environment does not touch commands that pass bytes on. */
function isMachineFormat(run: Run): boolean {
  const { output, json } = run.given;
  if (json === true) return true;
  if (output !== undefined) return checkFormat(String(output), '--output') === 'json';
  const byDefault = run.invocation.env.RIG_OUTPUT ?? '';
  const raw = (run.command as { rigRawOutput?: unknown } | undefined)?.rigRawOutput === true;
  return !raw && byDefault !== '' && checkFormat(byDefault, 'RIG_OUTPUT') === 'json';
}

function checkFormat(format: string, source: string): (typeof formats)[number] {
  const known = formats.find((name) => name === format);
  if (known !== undefined) return known;
  throw new RigError('usage', `${source} is "${format}"; it can be ${formats.join(' or ')}.`, {
    hint: 'Leave it out for text, or use -o json.',
  });
}

/** What a process that is ended before its command returned has to say. */
function lastDocument(run: Run, exitCode: number): object {
  const error =
    run.failure ??
    (exitCode === 0 ? undefined : describeExit(exitCode, run.ownKind ? 'unexpected' : 'command_failed'));
  if (run.stdout.streaming) return error === undefined ? { type: 'end' } : { type: 'error', error };
  return error === undefined ? {} : { error };
}
