import { RigError } from '@rig-ops/contract/errors';
import type { Run } from '../run.ts';

/** Formats of `-o`. */
const formats = ['text', 'json', 'yaml'] as const;

export type OutputFormat = (typeof formats)[number];

/** The format as far as it can be told before the command is known; what cannot be a format is text. */
export function guessFormat({ given, invocation }: Run): OutputFormat {
  if (given.json === true) return 'json';
  const wanted = given.output ?? invocation.env.RIG_OUTPUT;
  return formats.find((name) => name === wanted) ?? 'text';
}

/**
 * The format of a run: the flags win over the environment, and the environment does not touch commands
 * that pass bytes on. Throws `usage` for one that is none, and for flags that contradict each other.
 */
export function chooseFormat({ given, invocation, command }: Run): OutputFormat {
  const { output, json } = given;
  if (json === true) {
    if (output !== undefined && output !== 'json') {
      throw new RigError('usage', `--json and --output ${String(output)} contradict each other.`, {
        hint: 'Leave one of them out.',
      });
    }
    return 'json';
  }
  if (output !== undefined) return checkFormat(String(output), '--output');
  const byDefault = invocation.env.RIG_OUTPUT ?? '';
  const raw = (command as { rigRawOutput?: unknown } | undefined)?.rigRawOutput === true;
  return raw || byDefault === '' ? 'text' : checkFormat(byDefault, 'RIG_OUTPUT');
}

function checkFormat(format: string, source: string): OutputFormat {
  const known = formats.find((name) => name === format);
  if (known !== undefined) return known;
  throw new RigError('usage', `${source} is "${format}"; it can be text, json or yaml.`, {
    hint: 'Leave it out for text, or use -o json.',
  });
}
