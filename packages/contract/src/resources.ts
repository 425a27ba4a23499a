import Type, { type Static, type TSchema } from 'typebox';

/** One vocabulary of names: apps, processes, contexts. */
export const NAME_PATTERN = '^[a-z][a-z0-9-]{0,38}[a-z0-9]$|^[a-z]$';

const description = (text: string) => ({ description: text });
const timestamp = (text: string) =>
  Type.String({ format: 'date-time', description: `${text} (RFC 3339, UTC).` });
const nullable = <T extends TSchema>(schema: T, text: string) =>
  Type.Union([schema, Type.Null()], description(text));
const literals = <const T extends string[]>(values: readonly [...T], text: string) =>
  Type.Enum(values, description(text));

export const NameSchema = Type.String({
  pattern: NAME_PATTERN,
  description: 'Lower-case letters, digits and hyphens, starting with a letter; 1 to 40.',
});

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
  },
  { $id: 'AppDetails', description: 'An app with its processes and instances.' },
);

export const ReleaseSchema = Type.Object(
  {
    version: Type.Integer(description('1, 2, … within the app.')),
    app: NameSchema,
    status: literals(
      ['pending', 'live', 'superseded', 'failed'],
      '`live` serves; `superseded` did once; `failed` never became live.',
    ),
    buildId: Type.String(description('The build whose artifact it runs.')),
    bundleId: Type.String(description('The bundle it was built from.')),
    detector: Type.String(description('What recognised the source.')),
    processes: Type.Array(ProcessSchema, description('Its process table.')),
    rollbackOf: nullable(Type.Integer(), 'The version whose content it reuses; null for a deploy.'),
    message: nullable(Type.String(), 'What the deployer said about it.'),
    createdBy: Type.String(description('User who deployed it.')),
    createdAt: timestamp('When it was made'),
    failure: nullable(Type.String(), 'Why it failed; null otherwise.'),
  },
  { $id: 'Release', description: 'Immutable: artifact, environment and process table.' },
);

export const BuildStepSchema = Type.Object(
  {
    name: Type.String(description('As shown to people.')),
    status: literals(['pending', 'running', 'succeeded', 'failed', 'skipped'], 'How far it got.'),
    exitCode: nullable(Type.Integer(), 'Exit code of its command; null before it ended.'),
    durationMs: nullable(Type.Integer(), 'How long it took, in milliseconds; null before it ended.'),
  },
  { $id: 'BuildStep', description: 'One command of a build.' },
);

export const BuildSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    app: NameSchema,
    bundleId: Type.String(description('What was built.')),
    detector: nullable(Type.String(), 'What recognised the source; null before detection.'),
    status: literals(['pending', 'running', 'succeeded', 'failed'], 'How far it got.'),
    steps: Type.Array(BuildStepSchema, description('In the order they run.')),
    failure: nullable(Type.String(), 'Why it failed; null otherwise.'),
    createdAt: timestamp('When it was started'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'Build', description: 'Turning a bundle into an artifact.' },
);

export const DEPLOY_STEPS = ['build', 'start', 'health', 'switch', 'drain'] as const;

export const DeploySchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    app: NameSchema,
    kind: literals(['deploy', 'rollback'], 'What was asked for.'),
    status: literals(['running', 'succeeded', 'failed'], 'How it stands.'),
    step: nullable(
      literals(DEPLOY_STEPS, 'A step of a deploy.'),
      'The step it is in or failed in; null when it succeeded.',
    ),
    buildId: nullable(Type.String(), 'Its build; null before there is one.'),
    release: nullable(Type.Integer(), 'Version of its release; null before there is one.'),
    url: nullable(Type.String(), 'Where the app answers once it is live.'),
    error: nullable(
      Type.Object({
        code: Type.String(description('A code of docs/errors.md.')),
        message: Type.String(description('What failed.')),
        hint: Type.String(description('The next step.')),
        exitCode: Type.Integer(description('Exit code of its kind.')),
        details: Type.Optional(
          Type.Record(
            Type.String(),
            Type.Unknown(),
            description('More about it, such as the last lines of a failing instance.'),
          ),
        ),
      }),
      'Why it failed; null otherwise.',
    ),
    createdAt: timestamp('When it was asked for'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'Deploy', description: 'The operation that makes a release live.' },
);

export const DeployEventSchema = Type.Object(
  {
    type: literals(['step', 'build-step', 'done'], 'What happened.'),
    at: timestamp('When it happened'),
    deploy: DeploySchema,
    step: Type.Optional(literals(DEPLOY_STEPS, 'The step of the deploy that this is about.')),
    status: Type.Optional(literals(['started', 'succeeded', 'failed'], 'What became of the step.')),
    name: Type.Optional(Type.String(description('Name of the build step.'))),
    durationMs: Type.Optional(Type.Integer(description('How long the step took, in milliseconds.'))),
  },
  { $id: 'DeployEvent', description: 'One step of a deploy, as it happens.' },
);

export const AuditEventSchema = Type.Object(
  {
    id: Type.Integer(description('1, 2, … in the order they were recorded.')),
    at: timestamp('When it happened'),
    user: Type.String(description('Who.')),
    action: Type.String(description('What, as `app.create` or `command.run`.')),
    target: Type.String(description('To what, as `app/web-shop`.')),
    result: literals(['started', 'succeeded', 'refused', 'failed'], 'How it ended.'),
    errorCode: nullable(Type.String(), 'Code of the error it ended with; null otherwise.'),
    client: Type.String(description('Address it came from; `local` for the unix socket.')),
    invocationId: nullable(
      Type.String(),
      'The client command it belongs to; null when the client did not say.',
    ),
    requestId: Type.String(description('The API request it belongs to.')),
    details: Type.Record(Type.String(), Type.Unknown(), description('What else was asked; never a secret.')),
  },
  { $id: 'AuditEvent', description: 'Who did what to which target from where, and how it ended.' },
);

export const PlatformEventSchema = Type.Object(
  {
    id: Type.Integer(description('1, 2, … in the order they happened.')),
    at: timestamp('When it happened'),
    app: nullable(NameSchema, 'The app it is about; null for the platform itself.'),
    kind: Type.String(description('As `release.live`, `instance.crashed`.')),
    message: Type.String(description('One line for people.')),
  },
  { $id: 'PlatformEvent', description: 'Something that happened on the platform.' },
);

export const ProblemSchema = Type.Object(
  {
    code: Type.String(description('Permanent name of the problem.')),
    app: nullable(NameSchema, 'The app it is about; null for the platform.'),
    message: Type.String(description('What is wrong.')),
    fix: Type.String(description('What to type or change.')),
  },
  { $id: 'Problem', description: 'Something that is not all right.' },
);

export const StatusSchema = Type.Object(
  {
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
        diskFreeBytes: Type.Integer(description('Free space where its state lives, in bytes.')),
      },
      description('The control plane.'),
    ),
    apps: Type.Array(AppDetailsSchema, description('Every app.')),
    events: Type.Array(PlatformEventSchema, description('The latest, newest first.')),
    problems: Type.Array(ProblemSchema, description('What is not all right; empty when healthy.')),
  },
  { $id: 'Status', description: 'Everything that matters at a glance.' },
);

export const IdentitySchema = Type.Object(
  {
    user: Type.String(description('Name of the user the credentials belong to.')),
    role: Type.String(description('What the user may do.')),
  },
  { $id: 'Identity', description: 'Whom the platform takes you for.' },
);

export const VersionSchema = Type.Object(
  {
    version: Type.String(description('Version of rigd.')),
    api: Type.String(description('Major version of the API.')),
  },
  { $id: 'Version', description: 'What answers here.' },
);

export type Instance = Static<typeof InstanceSchema>;
export type Process = Static<typeof ProcessSchema>;
export type App = Static<typeof AppSchema>;
export type AppDetails = Static<typeof AppDetailsSchema>;
export type Release = Static<typeof ReleaseSchema>;
export type BuildStep = Static<typeof BuildStepSchema>;
export type Build = Static<typeof BuildSchema>;
export type Deploy = Static<typeof DeploySchema>;
export type DeployStep = (typeof DEPLOY_STEPS)[number];
export type DeployEvent = Static<typeof DeployEventSchema>;
export type AuditEvent = Static<typeof AuditEventSchema>;
export type PlatformEvent = Static<typeof PlatformEventSchema>;
export type Problem = Static<typeof ProblemSchema>;
export type Status = Static<typeof StatusSchema>;
export type Identity = Static<typeof IdentitySchema>;
export type Version = Static<typeof VersionSchema>;
