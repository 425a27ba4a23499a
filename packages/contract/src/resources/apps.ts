import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { DeployLockSchema } from './deploy-holder.ts';
import { NameSchema } from './names.ts';

export const InstanceStateSchema = literals(
  ['starting', 'running', 'stopping', 'exited', 'crashed'],
  'Where the instance is in its life.',
);

export const HealthSchema = literals(
  ['unknown', 'healthy', 'unhealthy'],
  'Outcome of the last health check; `unknown` where there is none.',
);

export const InstanceSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    name: Type.String(description('Process and index, as `web.1`.')),
    process: NameSchema,
    release: Type.Integer(description('Version of the release it runs.')),
    state: InstanceStateSchema,
    health: HealthSchema,
    startedAt: timestamp('When it was started'),
    restarts: Type.Integer(description('How often it was started again after it had ended by itself.')),
    exitCode: nullable(
      Type.Integer(),
      'Exit code, 128 + n for signal n; null while it runs or when unknown.',
    ),
    cpuPercent: nullable(
      Type.Number(),
      'CPU use of its process tree in percent of one core; null when not known.',
    ),
    memoryBytes: nullable(
      Type.Integer(),
      'Resident memory of its process tree in bytes; null when not known.',
    ),
  },
  { $id: 'Instance', description: 'One running copy of a process.' },
);

export const ProcessSchema = Type.Object(
  {
    name: NameSchema,
    command: Type.Array(
      Type.String(),
      description('The argument vector; `["sh", "-c", …]` where the source gave a shell line.'),
    ),
    instances: Type.Integer(description('How many instances are wanted.')),
  },
  { $id: 'Process', description: 'A named command of an app.' },
);

export const AppSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    name: NameSchema,
    network: NameSchema,
    url: nullable(
      Type.String(),
      'Where `web` answers; null before the first release and for apps without `web`.',
    ),
    release: nullable(Type.Integer(), 'Version of the live release; null before the first.'),
    status: literals(
      ['empty', 'running', 'degraded', 'deploying'],
      '`empty` before the first release; `degraded` when fewer instances run than are wanted.',
    ),
    createdAt: timestamp('When it was created'),
  },
  { $id: 'App', description: 'What is deployed.' },
);

export const AppDetailsSchema = Type.Object(
  {
    ...AppSchema.properties,
    processes: Type.Array(ProcessSchema, description('Processes of the live release.')),
    instances: Type.Array(InstanceSchema, description('Instances of every release that still runs.')),
    lock: nullable(DeployLockSchema, 'Keeps others from deploying it; null when it is not locked.'),
  },
  { $id: 'AppDetails', description: 'An app with its processes and instances.' },
);

export type Instance = Static<typeof InstanceSchema>;
export type Process = Static<typeof ProcessSchema>;
export type App = Static<typeof AppSchema>;
export type AppDetails = Static<typeof AppDetailsSchema>;
