import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { type ImageReference, nameOf } from '../parse-reference.ts';
import type { ImageRegistry, RegistryImage, RegistryQuestion } from './image-registry.ts';
import { IMAGE_TYPES, INDEX_TYPES, machineOf, readManifest, runsOn } from './read-manifest.ts';
import { readImageConfig } from './read-image-config.ts';
import { parseChallenge } from './registry-challenge.ts';
import { explainAnswer, explainFailure } from './registry-errors.ts';
import { hostOfRegistry, originsOfRegistry } from './registry-place.ts';
import { askRegistry, type ProxyEnvironment, type RegistryAnswer } from './registry-request.ts';
import { basicHeader, RegistryTokens } from './registry-tokens.ts';

const MOST_MANIFEST_BYTES = 4 * 1024 * 1024;
const MOST_CONFIG_BYTES = 8 * 1024 * 1024;
/** What is over in a moment is no reason to fail a deploy. */
const AGAIN_AFTER_MS: readonly number[] = [300, 1_000];
/** Of what is between; a registry that has answered itself would say the same again. */
const FIRST_OF_GATEWAYS = 502;
const ACCEPTED = [...IMAGE_TYPES, ...INDEX_TYPES].join(', ');

/** `process.arch` in the words of images. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** The machine that this is. */
const thisMachine = (arch: string = process.arch): string =>
  machineOf({ os: 'linux', architecture: ARCHITECTURES[arch] ?? arch });

interface Asked extends RegistryQuestion {
  reference: ImageReference;
  path: string;
  method?: 'GET' | 'HEAD';
  accept?: string;
  mostBytes: number;
}

/** Registries by the Distribution API v2: asked as anybody, by password, or by a token of their realm. */
export class HttpImageRegistry implements ImageRegistry {
  readonly #environment: ProxyEnvironment;
  readonly #againAfterMs: readonly number[];
  readonly #tokens: RegistryTokens;
  /** Origin that has answered, by registry. */
  readonly #origins = new Map<string, string>();

  constructor(environment: ProxyEnvironment = {}, againAfterMs = AGAIN_AFTER_MS) {
    this.#environment = environment;
    this.#againAfterMs = againAfterMs;
    this.#tokens = new RegistryTokens(environment);
  }

  async resolve(
    reference: ImageReference,
    { machine, ...question }: RegistryQuestion & { machine?: string },
  ): Promise<RegistryImage> {
    const { shown } = reference;
    const asked = { ...question, reference };
    const top = await this.#manifest(asked, reference.digest ?? reference.tag ?? 'latest');
    let image = top.manifest;
    let platforms: string[] | null = null;
    if (image.kind === 'index') {
      const wanted = machine ?? thisMachine();
      const { images } = image;
      platforms = images.map((each) => each.machine);
      const chosen =
        images.find((each) => runsOn(each.machine, wanted)) ??
        (machine === undefined ? images.find((each) => each.machine.startsWith('linux/')) : undefined);
      if (chosen === undefined) throw unfit(shown, platforms, wanted);
      image = (await this.#manifest(asked, chosen.digest)).manifest;
    }
    if (image.kind === 'index') throw outdated(shown);
    const { config: id } = image;
    const text = await this.#blob(asked, id);
    const config = readImageConfig(id, text);
    platforms ??= [machineOf({ os: config.os, architecture: config.architecture })];
    if (machine !== undefined && !platforms.some((each) => runsOn(each, machine)))
      throw unfit(shown, platforms, machine);
    return {
      digest: top.digest,
      reference: `${nameOf(reference)}@${top.digest}`,
      platforms,
      config,
      bytes: image.bytes,
    };
  }

  async has(reference: ImageReference, question: RegistryQuestion): Promise<boolean> {
    const path = `manifests/${reference.digest ?? reference.tag ?? 'latest'}`;
    const asked = { ...question, reference, path, accept: ACCEPTED, mostBytes: MOST_MANIFEST_BYTES };
    try {
      await this.#ask({ ...asked, method: 'HEAD' });
      return true;
    } catch (error) {
      if (isRigError(error) && error.code === 'image_not_found') return false;
      throw error;
    }
  }

  async check(registry: string, question: RegistryQuestion): Promise<void> {
    const nothing = { registry, repository: '', tag: null, digest: null, shown: 'images' };
    try {
      await this.#ask({ ...question, reference: nothing, path: '', mostBytes: MOST_MANIFEST_BYTES });
    } catch (error) {
      const isStranger = question.credentials === null && isRigError(error) && error.code === 'image_denied';
      // It says so to everybody whom it does not know, also where anybody may read.
      if (!isStranger && !(isRigError(error) && error.code === 'image_not_found')) throw error;
    }
  }

  async #manifest(asked: Pick<Asked, 'credentials' | 'signal' | 'reference'>, version: string) {
    const path = `manifests/${version}`;
    const { body } = await this.#ask({ ...asked, path, accept: ACCEPTED, mostBytes: MOST_MANIFEST_BYTES });
    const digest = digestOf(body);
    if (version.startsWith('sha256:') && version !== digest) throw tampered(asked.reference, version);
    const manifest = readManifest(body.toString('utf8'));
    if (manifest === null) throw outdated(asked.reference.shown);
    return { digest, manifest };
  }

  async #blob(asked: Pick<Asked, 'credentials' | 'signal' | 'reference'>, digest: string): Promise<string> {
    const { body } = await this.#ask({ ...asked, path: `blobs/${digest}`, mostBytes: MOST_CONFIG_BYTES });
    if (digestOf(body) !== digest) throw tampered(asked.reference, digest);
    return body.toString('utf8');
  }

  async #ask(asked: Asked): Promise<RegistryAnswer> {
    for (let tries = 0; ; tries += 1) {
      const wait = this.#againAfterMs[tries];
      try {
        return await this.#askSomewhere(asked);
      } catch (error) {
        asked.signal.throwIfAborted();
        if (!isPassing(error) || wait === undefined) throw error;
        await sleep(wait, undefined, { signal: asked.signal });
      }
    }
  }

  async #askSomewhere(asked: Asked): Promise<RegistryAnswer> {
    const { registry, shown } = asked.reference;
    const known = this.#origins.get(registry);
    let failure: unknown;
    for (const origin of known === undefined ? originsOfRegistry(registry) : [known]) {
      let answer: RegistryAnswer;
      try {
        answer = await this.#askAs(origin, asked);
      } catch (error) {
        asked.signal.throwIfAborted();
        failure = error;
        continue;
      }
      this.#origins.set(registry, origin);
      if (answer.status === 200) return answer;
      throw explainAnswer(shown, hostOfRegistry(registry), answer);
    }
    this.#origins.delete(registry);
    throw explainFailure(shown, hostOfRegistry(registry), failure);
  }

  /** Says who asks only when that is asked for. */
  async #askAs(
    origin: string,
    { accept, credentials, method = 'GET', mostBytes, path, reference, signal }: Asked,
  ): Promise<RegistryAnswer> {
    const { repository } = reference;
    const url = `${origin}/v2/${repository === '' ? '' : `${repository}/${path}`}`;
    const ask = async (authorization?: string) =>
      await askRegistry(
        {
          method,
          url,
          mostBytes,
          headers: {
            ...(accept === undefined ? {} : { accept }),
            ...(authorization === undefined ? {} : { authorization }),
          },
        },
        this.#environment,
        signal,
      );
    const first = await ask();
    const header = first.headers['www-authenticate'];
    if (first.status !== 401 || header === undefined) return first;
    const challenge = parseChallenge(header);
    if (challenge === null) return first;
    if (challenge.scheme === 'basic') {
      const basic = basicHeader(credentials);
      return basic === undefined ? first : await ask(basic);
    }
    const scope = repository === '' ? '' : `repository:${repository}:pull`;
    const token = await this.#tokens.tokenFor(challenge, { credentials, origin, scope }, signal);
    return token === null ? first : await ask(`Bearer ${token}`);
  }
}

function isPassing(error: unknown): boolean {
  if (!isRigError(error) || error.code !== 'image_registry_unreachable') return false;
  const status = error.details?.['status'];
  return typeof status !== 'number' || status >= FIRST_OF_GATEWAYS;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const unfit = (shown: string, platforms: readonly string[], machine: string): RigError =>
  new RigError('image_unfit', `${shown} is for ${platforms.join(', ')}, and not for ${machine}.`, {
    details: { image: shown },
  });

const outdated = (shown: string): RigError =>
  new RigError('image_unfit', `${shown} is no image of a kind that is run today.`, {
    hint: 'Push it anew with a Docker, Podman or BuildKit of today.',
    details: { image: shown },
  });

const tampered = ({ shown }: ImageReference, digest: string): RigError =>
  new RigError(
    'image_registry_unreachable',
    `The registry of ${shown} answers with something that is not ${digest}.`,
    { details: { image: shown } },
  );
