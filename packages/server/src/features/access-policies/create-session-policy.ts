import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { Subject } from '../access/decide.ts';
import type { TargetDirectory } from '../access/target-directory.ts';
import { ApprovalService } from '../approvals/approval-service.ts';
import { routesOfApprovals } from '../approvals/routes-of-approvals.ts';
import { SqlApprovalStore } from '../approvals/sql-approval-store.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { EventLog } from '../events/event-log.ts';
import { EnforcedSessionPolicy } from './enforced-session-policy.ts';
import { OpeningMeter } from './opening-meter.ts';
import { PolicyService } from './policy-service.ts';
import { routesOfAccessPolicies } from './routes-of-access-policies.ts';
import type { SessionPolicy } from './session-policy.ts';
import { SqlPolicyStore } from './sql-policy-store.ts';

export interface SessionPolicyDeps {
  readonly db: Kysely<Database>;
  readonly apps: AppStore;
  readonly access: {
    readonly directory: TargetDirectory;
    readonly changes: AccessChanges;
    readonly subjectOf: (userId: string) => Promise<Subject | undefined>;
  };
  readonly audit: AuditLog;
  readonly events: EventLog;
  readonly clock: Clock;
}

/** Puts policies, approvals and what decides by them together. */
export function createSessionPolicy({ db, apps, access, audit, events, clock }: SessionPolicyDeps): {
  policy: SessionPolicy;
  routes: ReturnType<typeof routesOfAccessPolicies> & ReturnType<typeof routesOfApprovals>;
} {
  const policies = new PolicyService({
    policies: new SqlPolicyStore(db),
    apps,
    directory: access.directory,
    onChanged: () => access.changes.tellAll(),
    clock,
  });
  const approvals = new ApprovalService({
    approvals: new SqlApprovalStore(db),
    subjectOf: access.subjectOf,
    audit,
    events,
    clock,
  });
  const policy: SessionPolicy = new EnforcedSessionPolicy({
    policies,
    approvals,
    meter: new OpeningMeter(clock),
    clock,
  });
  return { policy, routes: { ...routesOfAccessPolicies(policies), ...routesOfApprovals(approvals) } };
}
