import type { ManifestBlock } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type {
  BlocksState,
  BundleAnnouncement,
  BundleEntry,
  BundleState,
} from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';

/** How often entries are asked for before it is given up: the platform may lose some of what it had meanwhile. */
const MAX_ATTEMPTS = 4;
/** The entries of so few blocks are sent without asking whether they are known. */
const FEW_BLOCKS = 4;

export interface UploadTarget {
  client: RigClient;
  app: string;
  /** Told how many bytes went over the wire. */
  onSent: (bytes: number) => void;
}

/**
 * Announces a bundle: sends the digests of its blocks, then the entries of those that the platform does not know.
 * Those in `known` it has just taken.
 */
export async function announceBlocks(
  { client, app, onSent }: UploadTarget,
  options: {
    bundle: string;
    blocks: readonly ManifestBlock[];
    known: ReadonlySet<ManifestBlock>;
    signal: AbortSignal;
  },
): Promise<BundleState> {
  const { bundle, blocks, known, signal } = options;
  const params = { app, bundle };
  const fresh = blocks.flatMap((block, place) => (known.has(block) ? [] : [place]));
  return await untilAllKnown(
    blocks,
    // Of a tree of which the platform knew nothing, it does not know the end.
    fresh.length <= FEW_BLOCKS ? fresh : [],
    (body) => client.upload('putBundle', { params, body, signal, onSent }),
  );
}

/** The same for blocks of a manifest that is not whole yet: answers which of their content is missing. */
export async function askForBlocks(
  { client, app, onSent }: UploadTarget,
  { blocks, novel, signal }: { blocks: readonly ManifestBlock[]; novel: boolean; signal: AbortSignal },
): Promise<BlocksState & { wereUnknown: boolean }> {
  let wereUnknown = novel;
  const state = await untilAllKnown(blocks, novel ? [...blocks.keys()] : [], async (body) => {
    const answer = await client.upload('putBlocks', { params: { app }, body, signal, onSent });
    wereUnknown ||= answer.unknownBlocks.length === blocks.length;
    return answer;
  });
  return { ...state, wereUnknown };
}

async function untilAllKnown<T extends BlocksState>(
  blocks: readonly ManifestBlock[],
  first: readonly number[],
  send: (body: BundleAnnouncement) => Promise<T>,
): Promise<T> {
  const digests = blocks.map(({ digest }) => digest);
  let places = first;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const entries = Object.fromEntries(
      places.map((place) => [place, (blocks[place]?.entries ?? []) as BundleEntry[]]),
    );
    const state = await send({ blocks: digests, entries });
    if (state.unknownBlocks.length === 0) return state;
    // Not only those: of the ones it took before it has kept none.
    places = [...new Set([...places, ...state.unknownBlocks])];
  }
  throw new RigError('unexpected', 'The platform does not take the manifest of the bundle.');
}
