import { RigError } from '@rig-ops/contract/errors';
import type { AccessPolicy, AccessPolicyAt, RecordingMode } from '@rig-ops/contract/resources';
import { redactArgv } from '../audit/redact-argv.ts';
import { rolesAt } from '../access/decide.ts';
import { secondsOpen } from './hours.ts';
import { isDenied, matchArgv } from './match-argv.ts';
import type { SessionRequest, SessionTerms } from './session-policy.ts';

/** What a policy is asked about. */
export type Judged = Pick<SessionRequest, 'identity' | 'kind' | 'target' | 'argv' | 'env' | 'cwd' | 'reason'>;

/** Terms without the approval, of which only is said whether one is needed. */
export interface Judgement extends Omit<SessionTerms, 'approval'> {
  readonly needsApproval: boolean;
}

type PolicyAt = Pick<AccessPolicyAt, 'target' | 'policy'>;

/** From what asks least to what asks most. */
const RECORDING: readonly RecordingMode[] = ['off', 'optional', 'required'];

const smallest = (values: readonly (number | undefined)[]): number | null => {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  return known.length === 0 ? null : Math.min(...known);
};

/**
 * What the policies of an app, its network and the platform together make of a session: each has to let it
 * in, and of what they ask the stricter counts. Depends on its arguments alone.
 * @throws RigError `policy_…`, by the first rule that keeps it out
 */
export function judgeSession(policies: readonly PolicyAt[], request: Judged, now: Date): Judgement {
  let windowLeft: number | undefined;
  for (const at of policies) {
    requireUser(at, request);
    requireKind(at, request);
    const left = requireHours(at, now);
    if (left !== undefined) windowLeft = Math.min(windowLeft ?? left, left);
    requireCommand(at, request);
  }
  const rules = policies.map(({ policy }) => policy);
  const wantsReason = policies.find(({ policy }) => policy.reason === 'required');
  if (wantsReason !== undefined && (request.reason ?? '').trim() === '') {
    throw refuse('policy_reason_required', wantsReason, 'wants a reason for each session.');
  }
  return {
    limits: {
      maximumSeconds: smallest([windowLeft, ...rules.map(({ maximumSeconds }) => maximumSeconds)]),
      idleSeconds: smallest(rules.map(({ idleSeconds }) => idleSeconds)),
    },
    recording: rules
      .map(({ recording }) => recording ?? 'off')
      .reduce<RecordingMode>(
        (most, mode) => (RECORDING.indexOf(mode) > RECORDING.indexOf(most) ? mode : most),
        'off',
      ),
    needsApproval: rules.some(({ approval }) => approval === 'required'),
  };
}

/**
 * Whether a session under way would still be let in.
 * @throws RigError `policy_…`
 */
export function rejudgeSession(
  policies: readonly PolicyAt[],
  request: Pick<Judged, 'identity' | 'kind' | 'target'>,
  now: Date,
): void {
  for (const at of policies) {
    requireUser(at, request);
    // What an allow list holds against shells is asked when one is opened.
    const { kinds } = at.policy;
    if (kinds !== undefined && !kinds.includes(request.kind)) throw refuseKind(at, request.kind);
    requireHours(at, now);
  }
}

type PolicyErrorCode =
  | `policy_${'user' | 'kind' | 'command'}_refused`
  | 'policy_reason_required'
  | 'policy_outside_hours';

const refuse = (
  code: PolicyErrorCode,
  { target }: PolicyAt,
  does: string,
  details: Record<string, unknown> = {},
): RigError =>
  new RigError(code, `The policy of ${target} ${does}`, {
    details: { policy: target, ...details },
    ...(code === 'policy_reason_required'
      ? {}
      : { hint: `See what it asks: \`rig access policy show ${target}\`.` }),
  });

const refuseKind = (at: PolicyAt, kind: Judged['kind']) =>
  refuse('policy_kind_refused', at, `allows no ${kind}.`, { kind });

function requireUser(at: PolicyAt, { identity, target }: Pick<Judged, 'identity' | 'target'>): void {
  const { users, roles } = at.policy;
  if (users === undefined && roles === undefined) return;
  if (users?.includes(identity.user) === true) return;
  if (roles !== undefined && rolesAt(identity, target).some((role) => roles.includes(role))) return;
  throw refuse('policy_user_refused', at, `does not let ${identity.user} in.`);
}

function requireKind(at: PolicyAt, { kind }: Pick<Judged, 'kind'>): void {
  const { kinds, allow } = at.policy;
  if (kinds !== undefined && !kinds.includes(kind)) throw refuseKind(at, kind);
  if (kind === 'shell' && allow !== undefined) {
    throw refuse(
      'policy_kind_refused',
      at,
      'allows certain commands only, and in a shell all could be typed.',
      {
        kind,
      },
    );
  }
}

function requireHours(at: PolicyAt, now: Date): number | undefined {
  const { hours } = at.policy;
  if (hours === undefined) return undefined;
  const left = secondsOpen(hours, now);
  if (left > 0) return left;
  throw refuse(
    'policy_outside_hours',
    at,
    `allows sessions at certain hours only: ${hours.map(tellHours).join('; ')}.`,
  );
}

const tellHours = ({ days, from, to, zone }: NonNullable<AccessPolicy['hours']>[number]): string =>
  `${days.join(', ')} ${from}-${to} ${zone}`;

function requireCommand(at: PolicyAt, { kind, argv, env, cwd }: Judged): void {
  const { allow, deny } = at.policy;
  if (kind !== 'command' || argv === null) return;
  const shown = { argv: redactArgv([...argv]) };
  if (deny?.some((patterns) => isDenied(patterns, argv)) === true) {
    throw refuse('policy_command_refused', at, 'denies this command.', shown);
  }
  if (allow === undefined) return;
  if (!allow.some((patterns) => matchArgv(patterns, argv))) {
    throw refuse('policy_command_refused', at, 'does not allow this command.', shown);
  }
  // Variables such as PATH or LD_PRELOAD, and another folder, make another command of the same words.
  if (Object.keys(env).length > 0 || cwd !== null) {
    throw refuse(
      'policy_command_refused',
      at,
      'allows the command, but no --env and no --cwd with it.',
      shown,
    );
  }
}
