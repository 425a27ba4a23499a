import { posix } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { POD_PREPARATION } from '@rig-ops/contract/supervisor-clusters';
import type { Plan } from '../../detectors/plan.ts';
import { PRODUCTION, pathOf } from '../instances/instance-environment.ts';
import type { RuntimePlan } from '../releases/release-store.ts';

/** Of an image that nobody has looked into. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What a release runs where its files are fetched into a pod, beside the image that its programs run in.
 * @param podImage rig's own, in which nothing but rig's programs runs; null where nobody has said one
 * @throws RigError `image_required`
 */
export function runtimeInPod(runtime: RuntimePlan, plan: Plan, podImage: string | null): RuntimePlan {
  const image = plan.baseImages?.run ?? podImage;
  if (image === null)
    throw new RigError('image_required', 'There is no image for the pods of this app to run.', {
      hint: 'Name one in rig.toml: [run] image = "NAME"; or that of rig: `rig platform start --pod-image`.',
    });
  const { files } = POD_PREPARATION;
  return {
    ...runtime,
    root: posix.join(files, runtime.root ?? '.'),
    env: { ...PRODUCTION, PATH: pathOf(files, null, { PATH: USUAL_PATH }, runtime.root), ...runtime.env },
    image,
    fetched: true,
    ...(plan.runAs === undefined ? {} : { user: plan.runAs }),
  };
}
