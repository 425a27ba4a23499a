import { RigError } from '@rig-ops/contract/errors';
import { exitCodeOf, type BuildOutcome } from './build-progress.ts';
import { explainRegistry } from './explain-registry.ts';

/** What BuildKit puts around the reason. */
const WRAPPINGS =
  /^(?:failed to (?:solve|build)(?: with frontend [\w.]+)?: |failed to create LLB definition: |rpc error: code = \w+ desc = |failed to compute cache key: |failed to calculate checksum of ref [\w:]+: |failed to read dockerfile: )/;

function unwrap(said: string): string {
  let text = said.trim();
  while (WRAPPINGS.test(text)) text = text.replace(WRAPPINGS, '');
  return text.replace(/\.$/, '');
}

/** A daemon says again what is in a Dockerfile, as long as that may be; more than this nobody reads, and patterns would take long. */
const MOST_SAID = 4_096;

export interface FailedBuild {
  build: string;
  dockerfile: string;
  outcome: BuildOutcome & { error: string };
  /** What its step has printed last. */
  lastLines: string[];
}

/** Why a daemon has not built an image, as an error of its build. */
export function explainBuild({ build, dockerfile, lastLines, outcome }: FailedBuild): RigError {
  const { step } = outcome;
  const said = outcome.error.slice(0, MOST_SAID);
  const exitCode = exitCodeOf(said);
  const details = { build, step, exitCode, lastLines };
  const failed = (why: string, hint = `Read the log: \`rig logs build ${build}\`.`) =>
    new RigError('build_failed', `The build failed: ${why}.`, { hint, details });
  const noSpace = /no space left on device/i;
  // A step ends with a code of its own, and only what it has printed tells.
  if (noSpace.test(said) || (exitCode !== null && lastLines.some((line) => noSpace.test(line))))
    return new RigError(
      'disk_full',
      `The build failed${inStep(step)}: the disk of the Docker daemon is full.`,
      {
        hint: 'Make room on the machine of the daemon: `docker builder prune` gives up what builds have left, `docker system df` tells what takes it.',
        details,
      },
    );
  if (exitCode !== null) return failed(`step ${step ?? dockerfile} failed with exit code ${exitCode}`);
  const why = unwrap(said);
  const [, place, what] = /dockerfile parse error(?: on)? line (\d+): (.*)/is.exec(why) ?? [];
  if (place !== undefined) return failed(`${dockerfile} line ${place}: ${what}`, `Correct ${dockerfile}.`);
  const [, target] = /target stage (?:")?([^"\s]+)(?:")? could not be found/.exec(why) ?? [];
  if (target !== undefined)
    return failed(`${dockerfile} has no stage ${target}`, 'Correct [build] target in rig.toml.');
  const [, missing] = /"(\/[^"]*)"(?: not found|: not found)/.exec(why) ?? [];
  if (missing !== undefined)
    return failed(
      `step ${step ?? dockerfile}: the source has no ${missing.slice(1)}, or .dockerignore leaves it out`,
      'See what goes up: `rig deploy --dry-run`.',
    );
  const [, secret] = /secret (\S+)(?:: not found| not found)/.exec(why) ?? [];
  if (secret !== undefined)
    return failed(
      `step ${step ?? dockerfile} wants the secret ${decodeURIComponent(secret)}, and there is no such variable for builds`,
      `Set it: \`rig config set ${decodeURIComponent(secret)}=- --secret --build\`.`,
    );
  const image = imageIn(why);
  const registry = explainRegistry(image, why);
  if (
    registry !== undefined &&
    /manifest|registry|lookup|dial|pull access|resolve|authoriz|Head "|Get "/i.test(why)
  )
    return new RigError('build_failed', `The build failed${inStep(step)}: ${lowerFirst(registry.message)}`, {
      hint:
        registry.code === 'image_registry_unreachable'
          ? `Bring ${image} to the daemon yourself (\`docker pull\`, \`docker load\`), or give the daemon a way to its registry.`
          : registry.hint,
      details,
    });
  return failed(step === null ? why : `step ${step}: ${why}`);
}

const inStep = (step: string | null): string => (step === null ? '' : ` in step ${step}`);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The image that a message of a registry is about, from the address that was asked. */
function imageIn(said: string): string {
  const [, host, repository, tag] =
    /https?:\/\/([^/"]+)\/v2\/([^"]+?)\/manifests\/([^"\s]+)/.exec(said) ?? [];
  if (host !== undefined) {
    const name = `${host === 'registry-1.docker.io' ? '' : `${host}/`}${repository}`;
    return `${name.replace(/^library\//, '')}${tag?.startsWith('sha256:') === true ? '@' : ':'}${tag}`;
  }
  return (
    /(?:pull access denied for |docker\.io\/(?:library\/)?)([\w./:-]+?)(?=[:,]?\s|:\s|$)/.exec(said)?.[1] ??
    'a base image'
  );
}
