import { POD_USER, type PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { PodTemplate } from '@rig-ops/kubernetes';

type PodSecurity = NonNullable<NonNullable<PodTemplate['spec']>['securityContext']>;
type RunAs = Pick<PodSecurity, 'runAsUser' | 'runAsGroup'>;

const ofRig: RunAs = { runAsUser: POD_USER, runAsGroup: POD_USER };

/** Whom the containers of a pod run as, and what holds for those that say nothing. */
export function usersOf({ user }: Pick<PodSpec, 'user'>): { pod: RunAs; app: RunAs; prepare: RunAs } {
  // Images that are only what files run in say seldom whom they run as, and root is what `restricted` refuses.
  if (user === undefined) return { pod: ofRig, app: {}, prepare: {} };
  const [uid = '', gid = ''] = user.split(':');
  // Without a number the group is what the image says for its user.
  const app = { runAsUser: Number(uid), ...(/^\d+$/.test(gid) ? { runAsGroup: Number(gid) } : {}) };
  return { pod: {}, app, prepare: ofRig };
}

export const securityOf = (runAs: RunAs): PodSecurity => ({
  runAsNonRoot: true,
  ...runAs,
  // What rig puts into a pod can be changed by its program, whoever that runs as.
  fsGroup: POD_USER,
  seccompProfile: { type: 'RuntimeDefault' },
});
