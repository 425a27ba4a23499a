import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const policiesErrors = {
  policy_user_refused: entry(
    ExitCode.notPermitted,
    403,
    'A policy lets only certain users or roles in, and the caller is none of them.',
    'Ask one of those, or whoever manages the policy: `rig access policy show`.',
  ),
  policy_kind_refused: entry(
    ExitCode.notPermitted,
    403,
    'A policy does not allow this kind of access: a shell, command, forward or copy.',
    'See what is allowed: `rig access policy show`.',
  ),
  policy_command_refused: entry(
    ExitCode.notPermitted,
    403,
    'A policy does not allow this command, or variables or a folder with it.',
    'See what is allowed: `rig access policy show`.',
  ),
  policy_reason_required: entry(
    ExitCode.notPermitted,
    403,
    'A policy wants a reason for each session.',
    'Say why: --reason "…".',
  ),
  policy_outside_hours: entry(
    ExitCode.notPermitted,
    403,
    'A policy allows sessions at certain hours only.',
    'Come back then, or ask whoever manages the policy: `rig access policy show`.',
  ),
  policy_changed: entry(
    ExitCode.conflict,
    409,
    'The policy was changed by somebody else since it was read; nothing was changed.',
    'Look at it with `rig access policy show` and set it again.',
  ),
  approval_required: entry(
    ExitCode.notPermitted,
    403,
    'A policy wants somebody else to approve the session; the request for it has been made.',
    'Ask somebody to run `rig sessions approve` with its id, then do the same again.',
  ),
  approval_denied: entry(
    ExitCode.notPermitted,
    403,
    'Somebody has denied the request for the session.',
    'Talk to who denied it: `rig sessions approvals`.',
  ),
  approval_unusable: entry(
    ExitCode.notPermitted,
    403,
    'The approval is for something else, was used, or has expired.',
    'Leave --approval out to ask anew.',
  ),
  approval_own: entry(
    ExitCode.notPermitted,
    403,
    "One cannot approve one's own request.",
    'Ask somebody else with the verb sessions.approve.',
  ),
  approval_decided: entry(
    ExitCode.conflict,
    409,
    'The request was decided already, or has expired.',
    'See `rig sessions approvals --all`.',
  ),
  approval_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no such request for approval.',
    'Run `rig sessions approvals`.',
  ),
  too_many_approvals: entry(
    ExitCode.conflict,
    429,
    'The user has as many requests for approval waiting as there may be.',
    'Wait until some are decided: `rig sessions approvals`.',
  ),
  opening_too_fast: entry(
    ExitCode.conflict,
    429,
    'The user opens sessions faster than the platform accepts.',
    'Wait as long as the message says.',
  ),
  ticket_refused: entry(
    ExitCode.notAuthenticated,
    401,
    'The ticket is unknown, has expired, was used, or is for something else.',
    'Take a new one: POST /v1/tickets.',
  ),
  too_many_tickets: entry(
    ExitCode.notAuthenticated,
    429,
    'Too many wrong tickets came from this address or of this user, or too many are open.',
    'Wait as long as the message says.',
  ),
} as const satisfies Record<string, ErrorEntry>;
