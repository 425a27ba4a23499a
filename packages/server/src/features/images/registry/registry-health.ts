import { errorRegistry, isRigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { PatientQuestion } from '../../../patient-question.ts';
import { parseReference } from '../parse-reference.ts';
import { readRegistryKeys } from '../registry-credentials.ts';
import type { ImageRegistry } from './image-registry.ts';

const PATIENCE_MS = 2_000;
const ASK_MS = 10_000;
const FRESH_MS = 15_000;
const LOOK = 'Look whether it runs, and whether this machine and the Docker daemon reach it.';

interface RegistryProblem {
  code: string;
  app: null;
  message: string;
  fix: string;
}

/** Tells whether images can be pushed to the registry of the platform, without pushing any. */
export class RegistryHealth {
  readonly #question: PatientQuestion<RegistryProblem[]>;

  /** @param place in the registry, as `ghcr.io/team` */
  constructor(place: string, registries: ImageRegistry, layout: Pick<PlatformLayout, 'dockerConfig'>) {
    this.#question = new PatientQuestion(async () => await ask(place, registries, layout), PATIENCE_MS);
  }

  /** Of one that is slow to answer nothing is told before it has. */
  async problems(): Promise<RegistryProblem[]> {
    return (await this.#question.answer(FRESH_MS)) ?? [];
  }
}

async function ask(
  place: string,
  registries: ImageRegistry,
  { dockerConfig }: Pick<PlatformLayout, 'dockerConfig'>,
): Promise<RegistryProblem[]> {
  try {
    const { registry } = parseReference(`${place}/any`);
    const credentials = (await readRegistryKeys(dockerConfig)).of(registry);
    await registries.check(registry, { credentials, signal: AbortSignal.timeout(ASK_MS) });
    return [];
  } catch (error) {
    if (!isRigError(error)) throw error;
    const { code, hint, message } = error;
    // There is no single image that somebody could bring in another way.
    const fix = hint === errorRegistry.image_registry_unreachable.hint ? LOOK : (hint ?? LOOK);
    return [{ code, app: null, message: `Images cannot be pushed to ${place}: ${message}`, fix }];
  }
}
