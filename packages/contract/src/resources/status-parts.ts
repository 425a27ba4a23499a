import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

export const EngineStateSchema = Type.Object(
  {
    name: Type.String(description('What runs instances.')),
    isolated: Type.Boolean(
      description('Whether instances are kept apart from one another and from the platform.'),
    ),
    version: Type.Optional(
      nullable(
        Type.String(),
        'Of what it runs on, as of a Docker daemon; null where there is none, or it is not known.',
      ),
    ),
    cannot: Type.Optional(Type.Array(Type.String(), description('What it does not promise, in words.'))),
    why: nullable(
      Type.String(),
      'Why they are not; null where they are, and for who may not see the platform.',
    ),
    capabilities: Type.Object(
      {
        discovery: literals(
          ['variables', 'names'],
          'How apps of a network find one another: by `RIG_<APP>_URL` in their environment, or by name as well.',
        ),
        outlivesControlPlane: Type.Boolean(description('Whether instances and sessions outlive rigd.')),
        users: Type.Boolean(description('Whether a session can be had as another user of an instance.')),
        usage: Type.Boolean(description('Whether CPU and memory of instances are known.')),
      },
      description('What it can promise.'),
    ),
  },
  { $id: 'EngineState', description: 'What runs instances, and what it can promise.' },
);

export const NetworkStateSchema = Type.Object(
  {
    name: NameSchema,
    apps: Type.Integer(description('How many apps are in it.')),
    running: Type.Integer(description('Of those, how many run as they should.')),
    problems: Type.Integer(description('Of those, with how many something is wrong.')),
  },
  { $id: 'NetworkState', description: 'A network at a glance.' },
);

export const DeployUnderWaySchema = Type.Object(
  {
    id: Type.String(description('Of the deploy.')),
    app: NameSchema,
    kind: literals(['deploy', 'rollback', 'config'], 'What was asked for.'),
    release: nullable(Type.Integer(), 'Version of its release; null before there is one.'),
    step: Type.String(description('The step it is in; `queued` while it waits for its turn.')),
    startedAt: timestamp('When it was asked for'),
    user: Type.String(description('Who asked for it.')),
  },
  { $id: 'DeployUnderWay', description: 'A deploy that has not ended.' },
);

export const SessionCountsSchema = Type.Object(
  {
    running: Type.Integer(description('Sessions whose program runs.')),
    attached: Type.Integer(description('Of those, with somebody attached.')),
    detached: Type.Integer(description('Of those, with nobody attached.')),
    recording: Type.Integer(description('Of those, recorded.')),
  },
  { $id: 'SessionCounts', description: 'Sessions that run, as far as the caller may see them.' },
);

export const DrainStateSchema = Type.Object(
  {
    name: NameSchema,
    kind: literals(['logs', 'audit'], 'What it sends.'),
    state: literals(
      ['ok', 'behind', 'failing'],
      '`behind` has records to send whose receiver takes them; `failing` has one that does not.',
    ),
    lagRecords: nullable(Type.Integer(), 'Records the receiver has yet to be sent; null when not known.'),
    message: nullable(Type.String(), 'Why the last attempt failed; null when it did not.'),
  },
  { $id: 'DrainState', description: 'How sending logs, or the audit log, goes.' },
);

/** What takes the disk, in the order it is told. */
export const STORAGE_PARTS = {
  logs: 'What apps and builds print, and requests to apps.',
  recordings: 'Recordings of sessions.',
  blobs: 'Uploaded source.',
  releases: 'Artifacts of builds, which releases run.',
  caches: 'What builds keep for the next one.',
  instances: 'What running apps write into folders of their own.',
  database: 'State of the platform, the records of the audit log in it.',
  audit: 'Checkpoints of the audit log.',
} as const;
export type StoragePart = keyof typeof STORAGE_PARTS;

export const StorageSchema = Type.Object(
  {
    root: Type.String(description('Folder of the state of the platform.')),
    diskFreeBytes: Type.Integer(description('Free space on its disk, in bytes.')),
    diskTotalBytes: Type.Integer(description('Size of its disk, in bytes.')),
    measuredAt: nullable(
      timestamp('When the parts were measured last'),
      'They are measured in the background; null before the first time.',
    ),
    parts: Type.Array(
      Type.Object({
        name: literals(Object.keys(STORAGE_PARTS) as StoragePart[], 'What it is.'),
        bytes: Type.Integer(description('Space on disk, as `du` counts it.')),
        limitBytes: nullable(Type.Integer(), 'Space at which the oldest goes; null without such a limit.'),
        keeps: Type.String(description('How long it is kept, in words.')),
      }),
      description('What takes the disk; empty before it was measured.'),
    ),
  },
  { $id: 'Storage', description: 'What takes the disk, and what is kept how long.' },
);

export type EngineState = Static<typeof EngineStateSchema>;
export type NetworkState = Static<typeof NetworkStateSchema>;
export type DeployUnderWay = Static<typeof DeployUnderWaySchema>;
export type SessionCounts = Static<typeof SessionCountsSchema>;
export type DrainState = Static<typeof DrainStateSchema>;
export type Storage = Static<typeof StorageSchema>;
