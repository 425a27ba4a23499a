import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { BuildImage } from './build-image.ts';
import { openImageLog } from './image-log.ts';
import type { ImageOrder } from './image-maker.ts';
import { ImageSteps } from './image-steps.ts';
import { type ImageReference, parseReference } from './parse-reference.ts';
import { readRegistryKeys } from './registry-credentials.ts';
import type { ImageRegistry, RegistryQuestion } from './registry/image-registry.ts';

/** Nobody waits longer to hear whether an image is still there. */
const LOOK_MS = 20_000;

export interface RegistryImagesOptions {
  registry: ImageRegistry;
  layout: Pick<PlatformLayout, 'logs' | 'dockerConfig'>;
}

/** Images that instances fetch themselves: what is known of them is what their registry says, and no daemon has them. */
export class RegistryImages {
  readonly #options: RegistryImagesOptions;

  constructor(options: RegistryImagesOptions) {
    this.#options = options;
  }

  /**
   * What a name stands for now, as the build of a release notes it. May be repeated.
   * @throws RigError `image_not_found`, `image_denied`, `image_registry_unreachable`, `image_unfit`; the reason of `signal`
   */
  async resolve(
    { build, onStep, onSteps, plan }: Pick<ImageOrder, 'build' | 'plan' | 'onStep' | 'onSteps'>,
    name: string,
    signal: AbortSignal,
  ): Promise<BuildImage> {
    const { layout, registry } = this.#options;
    const reference = parseReference(name);
    const log = await openImageLog(layout, build.id);
    const steps = new ImageSteps({ onStep, onSteps });
    const step = `resolve ${reference.shown}`;
    try {
      await log.tell('build', `Detected: ${plan.detector}`, ...plan.notes);
      await steps.begin(step);
      const {
        bytes,
        config,
        platforms,
        reference: byDigest,
      } = await registry.resolve(reference, await this.#question(reference, signal));
      await log.tell(step, `${reference.shown} is ${byDigest}`, `for ${platforms.join(', ')}`);
      await steps.end(step, 'succeeded');
      const { command, entrypoint, id, ports, user } = config;
      const [port = null] = ports.length === 1 ? ports : [];
      return {
        id,
        reference: reference.shown,
        digest: byDigest,
        pulled: false,
        remote: true,
        bytes,
        entrypoint,
        command,
        port,
        user,
      };
    } catch (error) {
      await steps.endAll().catch(() => undefined);
      signal.throwIfAborted();
      if (!isRigError(error)) throw error;
      await log.tell(step, error.message);
      throw error.code === 'image_not_found' ? missing(error) : error;
    } finally {
      await log.close().catch(() => undefined);
    }
  }

  /** Whether its registry still has it; one that cannot be asked is taken at its word: nodes may have the image. */
  async isThere({ digest }: Pick<BuildImage, 'digest'>): Promise<boolean> {
    if (digest === null) return false;
    const reference = parseReference(digest);
    try {
      const question = await this.#question(reference, AbortSignal.timeout(LOOK_MS));
      return await this.#options.registry.has(reference, question);
    } catch {
      return true;
    }
  }

  async #question({ registry }: ImageReference, signal: AbortSignal): Promise<RegistryQuestion> {
    const keys = await readRegistryKeys(this.#options.layout.dockerConfig);
    return { credentials: keys.of(registry), signal };
  }
}

/** What is elsewhere is of no use here. */
const missing = ({ cause, details, message }: RigError): RigError =>
  new RigError('image_not_found', message, {
    hint: 'Push it: pods fetch it from that registry, whatever a daemon of this machine has.',
    details,
    cause,
  });
