import type { RegistryCredentials } from '@rig-ops/docker';
import type { ImageReference } from '../parse-reference.ts';

/** What an image says about itself: its configuration, which every registry has beside its layers. */
export interface RegistryImageConfig {
  /** `sha256:…` of it: the id that daemons know the image by. */
  id: string;
  os: string;
  architecture: string;
  entrypoint: string[];
  command: string[];
  /** As `PATH=/bin`. */
  env: string[];
  /** TCP ports that it says it listens on. */
  ports: number[];
  /** As the image has it: `node`, `1000`, `1000:1000`; empty for none. */
  user: string;
  /** Empty for none. */
  workingDir: string;
}

/** What a registry has under a name. */
export interface RegistryImage {
  /** `sha256:…` of what the name stands for: of the index, where the image is one for several machines. */
  digest: string;
  /** With that digest, as `docker.io/library/nginx@sha256:…`: what is pulled, whatever becomes of the name. */
  reference: string;
  /** The machines it is for, as `linux/amd64`; one where it is no index. */
  platforms: string[];
  /** Of the image for the machine that was asked for. */
  config: RegistryImageConfig;
  /** Size of its layers, as they are fetched. */
  bytes: number;
}

export interface RegistryQuestion {
  /** Null asks as anybody. */
  credentials: RegistryCredentials | null;
  signal: AbortSignal;
}

/** Registries of images, asked without a daemon (Distribution API v2). */
export interface ImageRegistry {
  /**
   * @param machine as `linux/amd64`, of the image in an index whose configuration is wanted
   * @throws RigError `image_not_found`, `image_denied`, `image_registry_unreachable`, `image_unfit` where there is none for the machine
   */
  resolve(
    reference: ImageReference,
    question: RegistryQuestion & { machine?: string },
  ): Promise<RegistryImage>;
  /** Whether it has what the reference names. @throws RigError `image_denied`, `image_registry_unreachable` */
  has(reference: ImageReference, question: RegistryQuestion): Promise<boolean>;
  /**
   * Whether a registry answers to whoever asks.
   * @param registry `docker.io`, or host and port
   * @throws RigError `image_denied`, `image_registry_unreachable`
   */
  check(registry: string, question: RegistryQuestion): Promise<void>;
}
