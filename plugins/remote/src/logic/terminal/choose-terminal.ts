import { RigError } from '@rig-ops/contract/errors';

/** What a program's terminal depends on. */
export interface TerminalWish {
  /** `-t`. */
  asked: boolean;
  /** `-T`. */
  refused: boolean;
  /** Whether stdout carries documents. */
  machine: boolean;
  /** Whether stdin is passed on. */
  stdin: boolean;
  streams: Record<'stdin' | 'stdout' | 'stderr', { readonly isTTY?: boolean }>;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether a program gets a terminal: when asked for, and without being asked where all three streams are one,
 * so that nothing is lost by joining stdout and stderr. `docs/remote.md` has the table.
 * @throws RigError `usage` for a terminal whose output is to be a document
 */
export function choosesTerminal({ asked, refused, machine, stdin, streams, env }: TerminalWish): boolean {
  if (refused) return false;
  if (asked && machine) {
    throw new RigError('usage', 'A terminal shows its output itself; it cannot be part of a document.', {
      hint: 'Leave -t out, or -o.',
    });
  }
  if (asked) return true;
  const everywhere = [streams.stdin, streams.stdout, streams.stderr].every(({ isTTY }) => isTTY === true);
  return !machine && stdin && everywhere && env.TERM !== 'dumb';
}
