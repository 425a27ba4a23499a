/** What a name of a registry can stand for (OCI image spec; Docker image manifest v2, schema 2). */
export const IMAGE_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;
export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

interface Descriptor {
  mediaType?: string;
  digest: string;
  size: number;
  platform?: { os?: string; architecture?: string; variant?: string };
}

interface ManifestText {
  mediaType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

export type Manifest =
  | { kind: 'image'; config: string; bytes: number }
  | { kind: 'index'; images: { digest: string; machine: string }[] };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Null for what is none that a daemon or a cluster of today runs. */
export function readManifest(text: string): Manifest | null {
  const said = parseJson(text);
  if (said === null) return null;
  if (Array.isArray(said.manifests)) {
    // What is told beside images, as how they were made, has no machine.
    const images = said.manifests.flatMap(({ digest, platform }) =>
      platform?.os === undefined || platform.os === 'unknown' || !DIGEST.test(digest)
        ? []
        : [{ digest, machine: machineOf(platform) }],
    );
    return { kind: 'index', images };
  }
  const { config, layers = [] } = said;
  if (config === undefined || !DIGEST.test(config.digest)) return null;
  return { kind: 'image', config: config.digest, bytes: layers.reduce((sum, { size }) => sum + size, 0) };
}

/** As `linux/arm64/v8`. */
export const machineOf = ({
  architecture = '',
  os = '',
  variant,
}: NonNullable<Descriptor['platform']>): string =>
  [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/');

/** Whether an image for one machine runs on another that says less of itself. */
export const runsOn = (image: string, machine: string): boolean =>
  image === machine || image.startsWith(`${machine}/`);

function parseJson(text: string): ManifestText | null {
  try {
    const value = JSON.parse(text) as ManifestText | null;
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
