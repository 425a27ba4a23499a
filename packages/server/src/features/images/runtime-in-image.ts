import { posix } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { Plan } from '../../detectors/plan.ts';
import { PRODUCTION } from '../instances/instance-environment.ts';
import type { RuntimePlan } from '../releases/release-store.ts';
import type { BuildImage } from './build-image.ts';
import { capabilitiesOf } from './image-capabilities.ts';
import { userInPod } from './image-user.ts';

/** Where an image that was made of an artifact has it. */
export const ARTIFACT_IN_IMAGE = '/app';

/**
 * What a release runs in its image: by the id that its daemon has, or by the digest that a registry has.
 * As with `docker run` the words of a process stand behind the entry point of the image,
 * in the place of its command; a process without words is the command.
 * @throws RigError `image_unfit` where there is nothing to start, `image_user_refused`
 */
export function runtimeInImage(
  runtime: RuntimePlan,
  plan: Plan,
  image: BuildImage,
  { byDigest = false }: { byDigest?: boolean } = {},
): RuntimePlan {
  const { root, ...rest } = runtime;
  const words = (argv: string[]) => {
    const all = [...image.entrypoint, ...(argv.length === 0 ? image.command : argv)];
    if (all.length > 0) return all;
    throw new RigError('image_unfit', 'The image has no command, and nothing else says what to start.', {
      hint: 'Say it in rig.toml: [processes] web = "…"; or give the Dockerfile a CMD.',
    });
  };
  const { releasePhase } = runtime;
  const port = plan.port ?? image.port;
  const isMadeElsewhere = plan.image !== undefined;
  const capabilities = capabilitiesOf(plan, image);
  return {
    ...rest,
    ...(capabilities.length === 0 ? {} : { capabilities: [...capabilities] }),
    ...(isMadeElsewhere
      ? {}
      : { root: posix.join(ARTIFACT_IN_IMAGE, root ?? '.'), env: { ...PRODUCTION, ...runtime.env } }),
    processes: runtime.processes.map((process) =>
      'argv' in process ? { ...process, argv: words(process.argv) } : process,
    ),
    ...(releasePhase === undefined
      ? {}
      : { releasePhase: { ...releasePhase, argv: words(releasePhase.argv) } }),
    image: byDigest && image.digest !== null ? image.digest : image.id,
    imageName: { reference: image.reference, digest: image.digest },
    ...(port === null ? {} : { port }),
    ...userOf(plan, image, byDigest),
  };
}

/** Whom its programs run as, where that has to be said. */
function userOf(
  { runAs }: Plan,
  { digest, id, reference, user = '' }: BuildImage,
  byDigest: boolean,
): Pick<RuntimePlan, 'user'> {
  if (byDigest) return { user: userInPod(user, runAs ?? null, reference ?? digest ?? id) };
  return runAs === undefined ? {} : { user: runAs };
}
