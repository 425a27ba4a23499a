import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { ApprovalService } from './approval-service.ts';

export function routesOfApprovals(
  service: ApprovalService,
): Pick<RouteHandlers, 'listApprovals' | 'getApproval' | 'approveSession' | 'denySession'> {
  return {
    async listApprovals({ query, identity }) {
      return { approvals: await service.list(identity, query.all === true) };
    },
    getApproval: ({ params, identity }) => service.get(params.approval, identity),
    approveSession: ({ params, body, identity }) =>
      service.decide(params.approval, { state: 'approved', reason: body.reason ?? null }, identity),
    denySession: ({ params, body, identity }) =>
      service.decide(params.approval, { state: 'denied', reason: body.reason ?? null }, identity),
  };
}
