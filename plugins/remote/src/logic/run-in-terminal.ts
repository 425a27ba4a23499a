import { awaitApproval } from './await-approval.ts';
import type { Setting } from './setting.ts';
import { beginLine, endLine, leftLine, requireProgramsEnd } from './session-words.ts';
import { WATCHING } from './terminal/messages.ts';
import { runTerminal, type TerminalRun } from './terminal/run-terminal.ts';

/** Exit code of one who has ended a session with `~.`: the program's is not known. */
const ENDED_BY_KEY = 130;

export interface TerminalSetting extends Setting {
  readonly env: TerminalRun['env'];
}

/** Runs a session in the terminal of this process; its exit code becomes that of rig. */
export async function runInTerminal(
  setting: TerminalSetting,
  { opening, escape, waits = false }: Pick<TerminalRun, 'opening' | 'escape'> & { waits?: boolean },
): Promise<void> {
  const { rig, streams, env, ui, signal } = setting;
  const tell = (line: string | null) => {
    if (line !== null) ui.note(line);
  };
  const { accepted, outcome } = await runTerminal({
    connect: () => rig.connect(),
    opening,
    streams,
    env,
    escape,
    signals: process,
    signal,
    ...(waits ? { onRefused: awaitApproval(setting) } : {}),
    onAccepted: (begun) => {
      if (begun.mode === 'read') tell(WATCHING);
      tell(beginLine(begun));
    },
  });
  if ('exitCode' in outcome) {
    requireProgramsEnd(outcome, accepted);
    tell(endLine(outcome.end));
    setting.setExitCode(outcome.exitCode);
  } else if (outcome.left === 'detached') tell(leftLine(accepted.session, accepted.limits));
  else if (outcome.left === 'ended' && accepted.mode === 'write') {
    tell('Session ended.');
    setting.setExitCode(ENDED_BY_KEY);
  } else if (outcome.left === 'stolen') tell('Somebody else has taken the session over.');
}
