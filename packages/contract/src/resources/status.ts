import Type, { type Static } from 'typebox';
import { AppDetailsSchema } from './apps.ts';
import { description, nullable, timestamp } from './describe.ts';
import { PlatformEventSchema } from './events.ts';
import { NameSchema } from './names.ts';
import {
  DeployUnderWaySchema,
  DrainStateSchema,
  EngineStateSchema,
  NetworkStateSchema,
  SessionCountsSchema,
  StorageSchema,
} from './status-parts.ts';

export const ProblemSchema = Type.Object(
  {
    code: Type.String(description('Permanent name of the problem.')),
    app: nullable(NameSchema, 'The app it is about; null for the platform.'),
    message: Type.String(description('What is wrong.')),
    fix: Type.String(description('What to type or change.')),
  },
  { $id: 'Problem', description: 'Something that is not all right.' },
);

export const DatabasePlaceSchema = Type.Object(
  {
    kind: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')], description('Its kind.')),
    host: nullable(Type.String(), 'Its server, or the folder of its socket; null for SQLite.'),
    port: nullable(Type.Integer(), 'Port of the server; null for SQLite.'),
    name: Type.String(description('Name of the database; for SQLite the path of its file.')),
  },
  { $id: 'DatabasePlace', description: 'What keeps the state of a platform that is not in files.' },
);

export const StatusSchema = Type.Object(
  {
    at: timestamp('When this was so, by the clock of the platform'),
    healthy: Type.Boolean(description('Whether there is no problem.')),
    platform: Type.Object(
      {
        version: Type.String(description('Version of rigd.')),
        engine: Type.String(description('What runs instances.')),
        url: Type.String(description('Where its API listens on loopback.')),
        edgeUrl: nullable(
          Type.String(),
          'Where the edge routes by host name; null while it does not listen.',
        ),
        startedAt: timestamp('When rigd was started'),
        pid: Type.Integer(description('Process id of rigd.')),
        memoryBytes: Type.Integer(description('Resident memory of rigd in bytes.')),
        database: Type.Optional(DatabasePlaceSchema),
        registry: Type.Optional(
          Type.String(description('Where images that are built are pushed to; absent for nowhere.')),
        ),
        diskFreeBytes: Type.Integer(description('Free space where its state lives, in bytes.')),
      },
      description('The control plane.'),
    ),
    engine: EngineStateSchema,
    engines: Type.Optional(
      Type.Array(
        EngineStateSchema,
        description('Every engine that a network runs on, the one of the platform first.'),
      ),
    ),
    networks: Type.Array(NetworkStateSchema, description('The networks that the caller may see, by name.')),
    deploys: Type.Array(
      DeployUnderWaySchema,
      description('Deploys that have not ended, of apps that the caller may see; those that wait come last.'),
    ),
    sessions: SessionCountsSchema,
    drains: nullable(
      Type.Array(DrainStateSchema),
      'Where logs and the audit log are sent; null for who may see neither.',
    ),
    storage: nullable(StorageSchema, 'What takes the disk; null for who may not see the platform.'),
    apps: Type.Array(AppDetailsSchema, description('Every app.')),
    events: Type.Array(PlatformEventSchema, description('The latest, newest first.')),
    problems: Type.Array(ProblemSchema, description('What is not all right; empty when healthy.')),
  },
  { $id: 'Status', description: 'Everything that matters at a glance.' },
);

export type Problem = Static<typeof ProblemSchema>;
export type Status = Static<typeof StatusSchema>;
