import { encodePublicKey } from '@rig-ops/contract/audit-chain';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import { limitOf } from '../../store/page.ts';
import type { AuditTrail } from './audit-trail.ts';

type Routes = Pick<
  RouteHandlers,
  | 'listAudit'
  | 'readAuditChain'
  | 'listAuditCheckpoints'
  | 'createAuditCheckpoint'
  | 'getAuditRetention'
  | 'setAuditRetention'
>;

export function routesOfAudit(trail: AuditTrail): Routes {
  const { log, key, identity, checkpoints, keeper, retention } = trail;
  const identifying = { platform: identity.platform, publicKey: encodePublicKey(key.publicKey) };
  const allCheckpoints = () => ({ ...identifying, checkpoints: [...checkpoints.lines], head: log.head.seq });
  return {
    async listAudit({ query }) {
      const { items, nextCursor } = await log.list(query);
      return { events: items, nextCursor };
    },
    async readAuditChain({ query }) {
      const records = await log.read(query.after ?? 0, limitOf(query), query.through);
      return {
        ...identifying,
        records: records.map(({ hash, record }) => ({ hash, record })),
        head: log.head.seq,
      };
    },
    async listAuditCheckpoints() {
      return allCheckpoints();
    },
    async createAuditCheckpoint() {
      await keeper.sign();
      return allCheckpoints();
    },
    async getAuditRetention() {
      return await retention.read();
    },
    async setAuditRetention({ body }) {
      await retention.change(body);
      return await retention.read();
    },
  };
}
