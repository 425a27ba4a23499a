import { isRigError } from '@rig-ops/contract/errors';
import type { Clock } from '../../clock.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { judgeSession, rejudgeSession } from './judge-session.ts';
import type { OpeningMeter } from './opening-meter.ts';
import type { PolicyService } from './policy-service.ts';
import type { SessionPolicy, SessionRequest, SessionTerms } from './session-policy.ts';

export interface EnforcedSessionPolicyDeps {
  readonly policies: Pick<PolicyService, 'holdingAt'>;
  readonly approvals: Pick<ApprovalService, 'require'>;
  readonly meter: OpeningMeter;
  readonly clock: Clock;
}

/** Decides by the policies that hold where the session is to be. */
export class EnforcedSessionPolicy implements SessionPolicy {
  readonly #deps: EnforcedSessionPolicyDeps;

  constructor(deps: EnforcedSessionPolicyDeps) {
    this.#deps = deps;
  }

  async decide(request: SessionRequest): Promise<SessionTerms> {
    const { approvals, clock, meter, policies } = this.#deps;
    const { userId } = request.identity;
    meter.take(userId);
    try {
      const holding = await policies.holdingAt(request.target);
      const { limits, recording, needsApproval } = judgeSession(holding, request, clock.now());
      // Last: what is refused anyhow bothers nobody, and uses nothing up.
      const approval = needsApproval ? await approvals.require(request) : null;
      return { limits, recording, approval };
    } catch (error) {
      if (isRigError(error)) meter.noteRefusal(userId);
      throw error;
    }
  }

  async join(session: Pick<SessionRequest, 'identity' | 'kind' | 'target'>): Promise<'read' | 'write'> {
    const { clock, policies } = this.#deps;
    const holding = await policies.holdingAt(session.target);
    rejudgeSession(holding, session, clock.now());
    return holding.some(({ policy }) => policy.approval === 'required') ? 'read' : 'write';
  }

  async recheck(session: Pick<SessionRequest, 'identity' | 'kind' | 'target'>): Promise<void> {
    const { clock, policies } = this.#deps;
    rejudgeSession(await policies.holdingAt(session.target), session, clock.now());
  }
}
