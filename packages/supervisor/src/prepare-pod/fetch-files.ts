import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { unpack } from '@rig-ops/archive';
import { isRigError } from '@rig-ops/contract/errors';
import type { PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import { Rigd } from './ask-rigd.ts';
import { ArchiveReplaced, download } from './download.ts';
import { Patience, type PatienceOptions } from './patience.ts';
import { PreparationError } from './preparation-error.ts';

/** Below the folder of rig's own programs: the digest of what lies in the other one, once it is whole. */
const MARK = 'files.sha256';
/** From the beginning: a damaged byte on the way is no reason to give up. */
const TRIES = 3;

export interface FetchPlaces {
  /** Folder that the files go to. */
  files: string;
  /** Folder of rig's own programs. */
  tools: string;
}

export interface FetchOptions extends PatienceOptions {
  /** How long a connection may be silent; half a minute when absent. */
  silenceMs?: number;
}

/**
 * Fetches the files of a release and unpacks them. Only what has the right digest stays; what a pod has fetched
 * before it was started anew is taken as it is, so that rigd is not needed then.
 * @throws PreparationError
 */
export async function fetchFiles(
  artifact: PodArtifact,
  { files, tools }: FetchPlaces,
  options: FetchOptions,
): Promise<void> {
  const mark = join(tools, MARK);
  if (readMark(mark) === artifact.sha256) {
    options.tell('The files of the release are there already.');
    return;
  }
  rmSync(mark, { force: true });
  for (let tries = 1; ; tries += 1) {
    try {
      empty(files);
      await fetchOnce(artifact, files, options);
      writeFileSync(mark, artifact.sha256);
      return;
    } catch (error) {
      empty(files);
      const again = error instanceof ArchiveReplaced || error instanceof DigestError;
      if (!again || tries === TRIES) throw error;
      options.tell(`${error.message} Beginning anew.`);
    }
  }
}

class DigestError extends PreparationError {
  constructor() {
    super('The files that were fetched are not those of the release: their digest is another one.', {
      passes: true,
    });
  }
}

async function fetchOnce(artifact: PodArtifact, files: string, options: FetchOptions): Promise<void> {
  const { key, sha256, bytes } = artifact;
  const rigd = new Rigd(artifact, options.silenceMs);
  const decoder = createZstdDecompress();
  const source = Readable.from(download(rigd, key, new Patience(options)), { objectMode: false });
  const fed = pipeline(source, decoder);
  // The reason is taken below; the decoder itself tells that it was cut.
  fed.catch(() => undefined);
  const hash = createHash('sha256');
  let seen = 0;
  async function* checked(): AsyncGenerator<Buffer> {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      seen += chunk.length;
      // What unpacks to more is not what was announced, and may be without end.
      if (seen > bytes) throw new DigestError();
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    await unpack(checked(), { destination: files, shown: '/app', noClobber: false, linksStayInside: true });
    await fed;
  } catch (error) {
    source.destroy();
    const first = await fed.then(
      () => error,
      (reason: unknown) => reason,
    );
    throw toPreparationError([error, first]);
  }
  if (seen !== bytes || hash.digest('hex') !== sha256) throw new DigestError();
}

/** What stopped it, rather than what was stopped by that. */
function toPreparationError(thrown: readonly unknown[]): unknown {
  const ours = thrown.find((each) => each instanceof PreparationError);
  if (ours !== undefined) return ours;
  const damaged = thrown.some((each) => /^(?:ZSTD|Z_)/.test((each as NodeJS.ErrnoException).code ?? ''));
  if (damaged) return new DigestError();
  const [first] = thrown;
  if (!isRigError(first)) return first;
  // What a connection has lost was noticed above; here it is the content that does not fit.
  if (first.code === 'connection_lost') return new DigestError();
  return new PreparationError(`The files of the release cannot be unpacked: ${first.message}`, {
    passes: first.code === 'disk_full',
    cause: first,
  });
}

function readMark(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The folder itself is a volume, and stays. */
function empty(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    // A folder that may not be written to cannot be emptied.
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o700);
  }
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
