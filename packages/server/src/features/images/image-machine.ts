import { join } from 'node:path/posix';
import { type DockerClient, type ImageDetails, isDockerNotFound, type Labels } from '@rig-ops/docker';
import type { BuildMachine } from '../../detectors/detector.ts';

/** What a detector asks of a program ends at once, or something is wrong with it. */
const TIMEOUT_MS = 15_000;
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** PATH of an image. */
export const pathOfImage = ({ Config }: Pick<ImageDetails, 'Config'>): string =>
  variableOf({ Config }, 'PATH') ?? USUAL_PATH;

export interface ImageMachineOptions {
  docker: DockerClient;
  /** Asked for when it is first needed. */
  image: () => Promise<ImageDetails>;
  labels: Labels;
  /** Of what is made on the daemon for a moment. */
  name: string;
}

/** An image as the machine that detectors ask. To be closed: it holds a container that never runs. */
export class ImageMachine implements BuildMachine {
  /** That of an image is known to whoever has made it. */
  readonly nodeVersion = null;
  readonly images = true;
  readonly #options: ImageMachineOptions;
  #opened: Promise<ImageDetails> | null = null;

  constructor(options: ImageMachineOptions) {
    this.#options = options;
  }

  async hasProgram(program: string): Promise<boolean> {
    const { docker, name } = this.#options;
    const image = await this.#open();
    for (const folder of pathOfImage(image).split(':'))
      if (folder.startsWith('/') && (await docker.containers.has(name, join(folder, program)))) return true;
    return false;
  }

  async succeeds(argv: readonly string[]): Promise<boolean> {
    const { docker, labels, name } = this.#options;
    const { Id } = await this.#open();
    const probe = `${name}-probe`;
    await docker.containers.remove(probe);
    try {
      await docker.containers.create(probe, {
        Image: Id,
        Entrypoint: [...argv],
        Cmd: [],
        Labels: labels,
        HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
      });
      await docker.containers.start(probe);
      return (await docker.containers.wait(probe, AbortSignal.timeout(TIMEOUT_MS))) === 0;
    } catch (error) {
      if (isDockerNotFound(error)) return false;
      // What cannot be started in it is not there.
      return false;
    } finally {
      await docker.containers.remove(probe).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#opened !== null)
      await this.#options.docker.containers.remove(this.#options.name).catch(() => undefined);
  }

  async #open(): Promise<ImageDetails> {
    this.#opened ??= this.#make();
    return await this.#opened;
  }

  async #make(): Promise<ImageDetails> {
    const { docker, image, labels, name } = this.#options;
    const found = await image();
    await docker.containers.remove(name);
    await docker.containers.create(name, { Image: found.Id, Entrypoint: ['/'], Cmd: [], Labels: labels });
    return found;
  }
}

function variableOf({ Config }: Pick<ImageDetails, 'Config'>, name: string): string | null {
  const line = (Config.Env ?? []).find((each) => each.startsWith(`${name}=`));
  return line === undefined ? null : line.slice(name.length + 1);
}
