import { embeddedStatus, readDatabasePlace } from '@rig-ops/client/embedded';
import type { DatabasePlace } from '@rig-ops/contract/database-place';
import { platformLayout } from '@rig-ops/contract/layout';
import { type ErrorDocument, toErrorDocument } from '@rig-ops/contract/errors';
import type { ChildReport } from '@rig-ops/contract/supervisor';
import { type EngineDescription, readEngine } from './read-engine.ts';

interface PlatformPart {
  name: 'supervisor' | 'rigd' | 'edge';
  /** Null while it does not run, or when nobody knows. */
  pid: number | null;
  /** How often the supervisor had to start it again; null for the supervisor and when nobody knows. */
  restarts: number | null;
  /** How it ended the last time; null when it has not. */
  lastExit: string | null;
}

export interface PlatformDescription extends EngineDescription {
  running: boolean;
  version: string | null;
  /** Where the API listens on loopback; null while rigd does not run. */
  url: string | null;
  /** Where other machines reach it; null when they do not. */
  publicUrl: string | null;
  startedAt: string | null;
  /** Where all its state is. */
  folder: string;
  /** What keeps what is not in files: a file of SQLite, or a database of a server. */
  database: DatabasePlace;
  parts: PlatformPart[];
  /** Why rigd does not answer, while it is started again and again; null while it does, and when nobody knows. */
  problem: Pick<ErrorDocument, 'code' | 'message' | 'hint'> | null;
  /** Instances of apps that run; null when nobody knows. */
  instances: number | null;
}

/** How the embedded platform of a RIG_HOME stands, without its secrets. */
export async function describePlatform(rigHome: string, signal?: AbortSignal): Promise<PlatformDescription> {
  const { running, supervisor, platform, state, problem } = await embeddedStatus(rigHome, signal);
  const layout = platformLayout(rigHome);
  return {
    running,
    version: supervisor?.version ?? null,
    url: platform?.url ?? null,
    publicUrl: platform?.publicUrl ?? null,
    startedAt: supervisor?.startedAt ?? null,
    folder: layout.root,
    ...(await readEngine(rigHome, state)),
    database: await readDatabasePlace(layout),
    parts: [
      { name: 'supervisor', pid: supervisor?.pid ?? null, restarts: null, lastExit: null },
      describePart('rigd', state?.rigd, platform?.pid),
      describePart('edge', state?.edge),
    ],
    problem: problem === null ? null : inWords(problem),
    instances: state?.instances.filter((instance) => instance.state !== 'exited').length ?? null,
  };
}

function inWords(problem: unknown): PlatformDescription['problem'] {
  const { code, message, hint } = toErrorDocument(problem);
  return { code, message, hint };
}

function describePart(
  name: 'rigd' | 'edge',
  report: ChildReport | undefined,
  recorded?: number,
): PlatformPart {
  return {
    name,
    pid: report?.pid ?? recorded ?? null,
    restarts: report?.restarts ?? null,
    lastExit: report?.lastExit ?? null,
  };
}
