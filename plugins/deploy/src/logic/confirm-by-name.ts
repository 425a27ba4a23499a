import { createInterface } from 'node:readline/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { StandardStreams } from '@rig-ops/kit';

export interface ConfirmByNameOptions {
  /** Whether somebody is there to ask. */
  interactive: boolean;
  streams: Pick<StandardStreams, 'stdin' | 'stderr'>;
  signal: AbortSignal;
}

/**
 * Asks for the name of what is about to go: a `y` is typed too easily.
 * @throws RigError `confirmation_required` when nobody can be asked, `interrupted` after another answer
 */
export async function confirmByName(
  name: string,
  what: string,
  { interactive, streams, signal }: ConfirmByNameOptions,
): Promise<void> {
  if (!interactive) {
    throw new RigError('confirmation_required', `Nobody is there to confirm that ${name} be destroyed.`);
  }
  const answer = await ask(`${what}\nType ${name} to go on: `, streams, signal);
  if (answer?.trim() === name) return;
  throw new RigError('interrupted', 'Nothing was destroyed.', {
    hint: `Repeat the command and type ${name}, or give --yes.`,
  });
}

/** Null after Ctrl-C, and when stdin ends, of which a question is not told. */
async function ask(
  question: string,
  { stdin, stderr }: ConfirmByNameOptions['streams'],
  signal: AbortSignal,
): Promise<string | null> {
  const asking = createInterface({ input: stdin, output: stderr });
  const closed = new Promise<null>((resolve) => asking.once('close', () => resolve(null)));
  try {
    const answer = await Promise.race([asking.question(question, { signal }).catch(() => null), closed]);
    // The question stands on an unfinished line.
    if (answer === null) stderr.write('\n');
    return answer;
  } finally {
    asking.close();
  }
}
