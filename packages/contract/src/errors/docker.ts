import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** Of a daemon that runs containers. */
export const dockerErrors = {
  docker_unreachable: entry(
    ExitCode.unreachable,
    503,
    'The Docker daemon does not answer.',
    'Start it (`systemctl start docker`), or name another one with --docker-host.',
  ),
  docker_not_permitted: entry(
    ExitCode.notPermitted,
    403,
    'The Docker daemon does not let this user in.',
    'Add the user to the group `docker` and sign in anew, or use a rootless daemon.',
  ),
  docker_unsupported: entry(
    ExitCode.conflict,
    409,
    'The Docker daemon cannot do what rig needs.',
    'Use Docker 20.10 or newer, or Podman 4 or newer, with Linux containers.',
  ),
  docker_not_found: entry(
    ExitCode.notFound,
    404,
    'The Docker daemon does not have it.',
    'See what is there: `docker ps --all`, `docker image ls`.',
  ),
  docker_conflict: entry(
    ExitCode.conflict,
    409,
    'The Docker daemon has something in the way.',
    'Try again; `rig doctor` tells what the daemon says.',
  ),
  docker_refused: entry(
    ExitCode.unexpected,
    502,
    'The Docker daemon refused what it was asked for.',
    'Read what it says; `rig doctor` tells whether it is well.',
  ),
  image_not_found: entry(
    ExitCode.notFound,
    404,
    'The Docker daemon does not have the image.',
    'See which are there: `docker image ls`.',
  ),
  base_image_missing: entry(
    ExitCode.buildFailed,
    422,
    'The Docker daemon does not have the image that the app is built in or put on, and could not pull it.',
    'Pull it, make it with `docker import`, or name another one in rig.toml: [build] image, [run] image.',
  ),
  limits_unsupported: entry(
    ExitCode.invalidInput,
    422,
    'The platform cannot keep processes to the limits of rig.toml.',
    'Leave out `memory` and `cpus`, or deploy to a platform or network whose engine has them.',
  ),
  image_name_invalid: entry(
    ExitCode.invalidInput,
    422,
    'What was given is no name of an image.',
    'Write it as `docker pull` takes it: nginx:1.27, ghcr.io/team/shop@sha256:….',
  ),
  image_denied: entry(
    ExitCode.notPermitted,
    403,
    'The registry does not give the image to this platform.',
    'Give the platform credentials: `docker login`, then `rig platform start --docker-config ~/.docker/config.json`.',
  ),
  image_unfit: entry(
    ExitCode.conflict,
    409,
    'The image is for other machines than those of the platform, or has nothing that can be started.',
    'Deploy one for this platform; `docker image inspect` tells what an image is.',
  ),
  image_registry_unreachable: entry(
    ExitCode.unreachable,
    503,
    'The registry of an image does not answer.',
    'Try again, or bring the image to the daemon yourself: `docker pull`, `docker load`.',
  ),
  image_push_denied: entry(
    ExitCode.notPermitted,
    403,
    'The registry does not let this platform push.',
    'Give the platform credentials that may: `docker --config ./registry login HOST`, then `rig platform start --docker-config ./registry/config.json`.',
  ),
  image_push_failed: entry(
    ExitCode.buildFailed,
    502,
    'The registry did not take the image.',
    'Read what it says; what was pushed already is not pushed again when you deploy again.',
  ),
  registry_missing: entry(
    ExitCode.conflict,
    409,
    'The image would be built, and there is no registry that pods could fetch it from.',
    'Name one: `rig platform stop`, then `rig platform start --registry HOST/PATH --docker-config FILE`.',
  ),
  builder_missing: entry(
    ExitCode.conflict,
    409,
    'The image would have to be built, and the platform has no Docker daemon that does it.',
    'Name one: `rig platform stop`, then `rig platform start --docker-host unix:///var/run/docker.sock`; or build it elsewhere: `rig deploy --image REF`.',
  ),
  image_user_refused: entry(
    ExitCode.conflict,
    409,
    'Pods of a cluster may not run as root, and the image does not say by number whom it runs as.',
    'Say it in rig.toml: [run] user = 1000; or give the image one: `USER 1000` in its Dockerfile.',
  ),
  images_not_supported: entry(
    ExitCode.conflict,
    409,
    'The platform runs programs, not images.',
    'Use a platform that runs images: `rig platform start --engine docker`.',
  ),
  dockerfile_not_found: entry(
    ExitCode.invalidInput,
    422,
    'The source does not have the Dockerfile that rig.toml names.',
    'Correct [build] dockerfile in rig.toml; its path is relative to the folder of the app.',
  ),
  image_required: entry(
    ExitCode.conflict,
    409,
    'The platform runs images, and the release has none.',
    'Deploy again: a release of this platform is an image.',
  ),
} as const satisfies Record<string, ErrorEntry>;
