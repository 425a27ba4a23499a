import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { SessionContainment } from '../containment/session-containment.ts';
import type { StartFailure } from '../proc/spawn-program.ts';
import { openPipes } from './open-pipes.ts';
import type { PipeShelf } from './pipe-shelf.ts';
import { PipeProgram } from './pipe-program.ts';
import type { SessionProgram } from './program.ts';

/** What a session finds in its environment: its own, and what its terminal is. */
export function environmentOf({
  env,
  terminal,
}: Pick<SessionSpec, 'env' | 'terminal'>): Record<string, string> {
  if (terminal === null) return { ...env };
  const { term, colorTerm } = terminal;
  return { ...env, TERM: term, ...(colorTerm === undefined ? {} : { COLORTERM: colorTerm }) };
}

/** Starts the program of a session, with a terminal or with pipes. */
export async function startProgram(
  { id, argv, cwd, env: given, terminal }: SessionSpec,
  { containment, shelf }: { containment: SessionContainment; shelf: PipeShelf },
): Promise<SessionProgram | StartFailure> {
  const env = environmentOf({ env: given, terminal });
  const program = await containment.prepare({ argv, cwd, env });
  if (terminal === null) return await PipeProgram.start(program, openPipes(await shelf.take()));
  const { PtyProgram } = await import('./pty-program.ts');
  return await PtyProgram.start(program, terminal, shelf.pathFor(`${id}.errors`));
}
