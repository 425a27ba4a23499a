import { RigError } from '@rig-ops/contract/errors';
import type { Approval } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { SessionRequest } from '../access-policies/session-policy.ts';
import type { Caller } from '../access/caller.ts';
import { decide, type Subject } from '../access/decide.ts';
import { nameTarget, type Target } from '../access/target.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { redactArgv } from '../audit/redact-argv.ts';
import type { EventLog } from '../events/event-log.ts';
import type { ApprovalRecord, ApprovalStore } from './approval-store.ts';
import { digestRequest } from './digest-request.ts';

/** A request waits so long for somebody to decide, … */
const PENDING_MS = 60 * 60 * 1_000;
/** … an approval so long to be used. */
const APPROVED_MS = 15 * 60 * 1_000;
const MOST_PENDING = 20;
const REMEMBERED_MS = 90 * 24 * 60 * 60 * 1_000;
const LISTED = 500;

export interface ApprovalServiceDeps {
  readonly approvals: ApprovalStore;
  /** A user as they are now; undefined for one that is gone or disabled. */
  readonly subjectOf: (userId: string) => Promise<Subject | undefined>;
  readonly audit: AuditLog;
  readonly events: EventLog;
  readonly clock: Clock;
}

const targetOf = ({ appId, network, target }: ApprovalRecord): Target =>
  appId === null
    ? { kind: 'network', network }
    : { kind: 'app', id: appId, app: target.replace(/^app\//, ''), network };

/** Takes requests for sessions, has somebody else decide them, and uses what was approved up. */
export class ApprovalService {
  readonly #deps: ApprovalServiceDeps;

  constructor(deps: ApprovalServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Uses up the approval that a session needs. Without one it is asked for, and the session refused.
   * @throws RigError `approval_required`, `approval_denied`, `approval_unusable`, `approval_not_found`,
   * `too_many_approvals`
   */
  async require(request: SessionRequest): Promise<{ id: string; by: string }> {
    const digest = digestRequest(request);
    const { approvals, clock } = this.#deps;
    const now = timestampOf(clock);
    const found =
      request.approval === null
        ? await approvals.findApproved(request.identity.userId, digest, now)
        : await this.#named(request, request.approval, digest);
    if (found === undefined) throw await this.#ask(request, digest);
    await this.#requireApprover(found);
    // Of two sessions at once one gets it.
    if (!(await approvals.use(found.id, now))) throw unusable(found.id, 'was used meanwhile');
    return { id: found.id, by: found.decidedBy ?? '' };
  }

  /** What `caller` has asked for or may decide, newest first; of it what is open, or all. */
  async list(caller: Caller, all: boolean): Promise<Approval[]> {
    const records = await this.#deps.approvals.list(timestampOf(this.#deps.clock), LISTED);
    return records
      .filter(({ state }) => all || state === 'pending' || state === 'approved')
      .filter((record) => isAsker(caller, record) || mayDecide(caller, record))
      .map(toApproval);
  }

  /** @throws RigError `approval_not_found` */
  async get(id: string, caller: Caller): Promise<Approval> {
    return toApproval(await this.#visible(id, caller));
  }

  /** @throws RigError `approval_not_found`, `approval_own`, `approval_decided`, `not_permitted` */
  async decide(
    id: string,
    { state, reason }: { state: 'approved' | 'denied'; reason: string | null },
    caller: Caller,
  ): Promise<Approval> {
    const { approvals, clock, events } = this.#deps;
    const record = await this.#visible(id, caller);
    // By user, whatever the token.
    if (isAsker(caller, record)) {
      throw new RigError('approval_own', `${id} is a request of ${caller.user}, who cannot decide it.`);
    }
    const now = clock.now();
    const decided = await approvals.decide(id, {
      state,
      byId: caller.userId,
      by: caller.user,
      reason,
      at: now.toISOString(),
      expiresAt:
        state === 'approved' ? new Date(now.getTime() + APPROVED_MS).toISOString() : record.expiresAt,
    });
    if (!decided) throw new RigError('approval_decided', `${id} does not wait any more.`);
    await events.append({
      app: appOf(record),
      kind: `session.${state}`,
      user: caller.user,
      details: { approval: id, kind: record.kind },
      message: `${caller.user} ${state} a ${record.kind} of ${record.user} in ${record.target}.`,
    });
    return toApproval(await this.#visible(id, caller));
  }

  async #named(request: SessionRequest, id: string, digest: string): Promise<ApprovalRecord> {
    const record = await this.#deps.approvals.get(id, timestampOf(this.#deps.clock));
    if (record === undefined || !isAsker(request.identity, record)) throw notFound(id);
    if (record.digest !== digest) throw unusable(id, 'is for something else');
    if (record.state === 'pending') throw required(record);
    if (record.state === 'denied') throw denied(record);
    if (record.state !== 'approved') throw unusable(id, record.state === 'used' ? 'was used' : 'has expired');
    return record;
  }

  /** What somebody approved who may not any more does not count. */
  async #requireApprover(record: ApprovalRecord): Promise<void> {
    const approver = await this.#deps.subjectOf(record.decidedById ?? '');
    if (approver !== undefined && mayDecide(approver, record)) return;
    throw unusable(record.id, 'was given by somebody who may not give it any more');
  }

  async #ask(request: SessionRequest, digest: string): Promise<RigError> {
    const { approvals, audit, clock, events } = this.#deps;
    const { identity, source, requestId, kind, target, argv, env, cwd, particulars, reason } = request;
    const now = clock.now();
    const variables = Object.keys(env);
    const asked: ApprovalRecord = {
      id: newId('apr'),
      userId: identity.userId,
      user: identity.user,
      kind,
      network: target.network,
      appId: target.kind === 'app' ? target.id : null,
      target: nameTarget(target),
      digest,
      argv: redactArgv([...(argv ?? [])]),
      details: {
        ...particulars,
        ...(cwd === null ? {} : { cwd }),
        ...(variables.length === 0 ? {} : { env: variables.join(', ').slice(0, 1_000) }),
      },
      reason,
      state: 'pending',
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + PENDING_MS).toISOString(),
      decidedAt: null,
      decidedById: null,
      decidedBy: null,
      decisionReason: null,
    };
    const { record, added } = await approvals.ask(asked, {
      most: MOST_PENDING,
      forgetBefore: new Date(now.getTime() - REMEMBERED_MS).toISOString(),
    });
    if (added) {
      await audit.append({
        user: record.user,
        action: 'approval.request',
        target: record.target,
        result: 'succeeded',
        errorCode: null,
        client: source.client,
        invocationId: source.invocationId,
        requestId,
        details: { approval: record.id, kind, argv: record.argv, ...record.details, reason },
      });
      await events.append({
        app: appOf(record),
        kind: 'session.approval',
        user: record.user,
        details: { approval: record.id, kind },
        message: `${record.user} asks for a ${kind} in ${record.target}: rig sessions approve ${record.id}`,
      });
    }
    return required(record);
  }

  async #visible(id: string, caller: Caller): Promise<ApprovalRecord> {
    const record = await this.#deps.approvals.get(id, timestampOf(this.#deps.clock));
    if (record === undefined || !(isAsker(caller, record) || mayDecide(caller, record))) throw notFound(id);
    return record;
  }
}

const isAsker = ({ userId }: { userId: string }, record: ApprovalRecord): boolean => userId === record.userId;

const mayDecide = (subject: Subject, record: ApprovalRecord): boolean =>
  decide(subject, 'sessions.approve', targetOf(record)).allowed;

const appOf = ({ appId, target }: ApprovalRecord): string | null =>
  appId === null ? null : target.replace(/^app\//, '');

const toApproval = ({
  userId: _user,
  network: _network,
  appId: _app,
  digest: _digest,
  decidedById: _decider,
  ...approval
}: ApprovalRecord): Approval => approval;

const notFound = (id: string) =>
  new RigError('approval_not_found', `There is no request ${JSON.stringify(id.slice(0, 100))} for approval.`);

const unusable = (id: string, why: string) =>
  new RigError('approval_unusable', `The approval ${id} ${why}.`, { details: { approval: id } });

const required = ({ id, kind, target, expiresAt }: ApprovalRecord) =>
  new RigError(
    'approval_required',
    `A ${kind} in ${target} needs the approval of somebody else: ${id} waits for it.`,
    {
      hint: `Ask somebody to run \`rig sessions approve ${id}\`, then do the same again.`,
      details: { approval: id, expiresAt },
    },
  );

const denied = ({ id, decidedBy, decisionReason }: ApprovalRecord) =>
  new RigError(
    'approval_denied',
    `${decidedBy ?? 'Somebody'} denied ${id}${decisionReason === null ? '.' : `: ${decisionReason}`}`,
    { details: { approval: id } },
  );
