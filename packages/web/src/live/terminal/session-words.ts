import type { SessionNotice } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { LinkOutcome } from '@rig-ops/wire/session-link';
import { formatSeconds } from '../../logic/format.ts';

const endings: Readonly<Record<string, string>> = {
  killed: 'It was ended by somebody.',
  idle: 'Nothing had happened in it for so long that it was ended.',
  maximum: 'It had reached its longest time.',
  detached: 'Nobody had been attached for so long that it was ended.',
  unrecorded: 'It could not be recorded any more, and has to be.',
  revoked: 'You may not be in it any more.',
  lost: 'Its client did not come back.',
  timeout: 'It took longer than it may.',
  'target-gone': 'Its instance is gone.',
  abandoned: 'The supervisor of the platform has ended.',
};

export interface EndWords {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly text: string;
}

/** How a session ended, or how somebody left it. */
export function describeOutcome(outcome: LinkOutcome): EndWords {
  if ('left' in outcome) {
    return outcome.left === 'detached'
      ? { tone: 'good', text: 'You have left the session; it goes on.' }
      : { tone: 'warn', text: 'Somebody else has taken over this session.' };
  }
  const { end, exitCode, signal } = outcome;
  const why = endings[end];
  if (why !== undefined) return { tone: 'warn', text: `The session has ended. ${why}` };
  if (signal !== null) return { tone: 'bad', text: `Ended by ${signal} (exit code ${exitCode}).` };
  return { tone: exitCode === 0 ? 'good' : 'bad', text: `Exited with code ${exitCode}.` };
}

const limits = {
  idle: 'nothing has happened in it for so long',
  maximum: 'it has reached its longest time',
  detached: 'nobody has been attached for so long',
};

/** What somebody is told of a notice; null for nothing. */
export function describeNotice(notice: SessionNotice): string | null {
  switch (notice.type) {
    case 'ending':
      return `The session ends in ${formatSeconds(notice.seconds)}: ${limits[notice.why]}.`;
    case 'gap':
      return `${(notice.to - notice.from).toLocaleString('en')} bytes of output are not kept any more.`;
    case 'mode':
      return notice.mode === 'read'
        ? `${notice.by === '' ? 'Somebody else' : notice.by} writes now; you are watching.`
        : 'You write now.';
    case 'input':
    case 'resized':
    default:
      return null;
  }
}

/** What refused or broke it, with what can be done about it in a page. */
export function describeFailure(error: unknown): unknown {
  if (!isRigError(error)) return error;
  const { code, message } = error;
  const hints: Readonly<Record<string, string>> = {
    policy_reason_required: 'Try again, and say why.',
    session_not_found: 'It may have ended; the list of sessions has it with its recording.',
    remote_connection_lost: 'If it still runs, the list of sessions leads back to it.',
  };
  return { code, message, hint: hints[code] ?? error.hint };
}
