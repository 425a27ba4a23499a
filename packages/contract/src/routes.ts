import Type, { type Static, type TSchema } from 'typebox';
import { BundleManifestSchema, BundleStateSchema } from './bundle-manifest.ts';
import {
  AppDetailsSchema,
  AppSchema,
  AuditEventSchema,
  BuildSchema,
  DeploySchema,
  IdentitySchema,
  NameSchema,
  PlatformEventSchema,
  ReleaseSchema,
  StatusSchema,
  VersionSchema,
} from './resources.ts';

/** One route of the API. The server registers from this table, the client is typed by it, the OpenAPI document is made of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  /** `none`: anyone; `token`: a user of the platform. */
  readonly auth: 'none' | 'token';
  /** The audit action of a route that changes something; null for those that only read. */
  readonly audit: string | null;
  readonly query?: TSchema;
  /** `binary` is an `application/octet-stream` body. */
  readonly body?: TSchema | 'binary';
  readonly response: TSchema;
  readonly status: 200 | 201 | 202;
}

const page = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many; 100 when absent.' }),
  ),
  cursor: Type.Optional(Type.String({ description: 'The `nextCursor` of the page before.' })),
};
const PageQuery = Type.Object(page);
const listOf = <K extends string, T extends TSchema>(key: K, schema: T) =>
  Type.Object({
    [key]: Type.Array(schema),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `cursor` for the next page; null on the last.',
    }),
  } as { [P in K]: Type.TArray<T> } & { nextCursor: Type.TUnion<[Type.TString, Type.TNull]> });
const Done = Type.Object({ done: Type.Literal(true) });

export const routes = {
  getVersion: {
    method: 'GET',
    path: '/v1/version',
    summary: 'What answers here.',
    auth: 'none',
    audit: null,
    response: VersionSchema,
    status: 200,
  },
  getOpenApi: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'The description of this API.',
    auth: 'none',
    audit: null,
    response: Type.Unknown(),
    status: 200,
  },
  whoami: {
    method: 'GET',
    path: '/v1/whoami',
    summary: 'Whom the platform takes you for.',
    auth: 'token',
    audit: null,
    response: IdentitySchema,
    status: 200,
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Everything that matters at a glance.',
    auth: 'token',
    audit: null,
    response: StatusSchema,
    status: 200,
  },
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened on the platform, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('events', PlatformEventSchema),
    status: 200,
  },
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who did what, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('events', AuditEventSchema),
    status: 200,
  },

  listApps: {
    method: 'GET',
    path: '/v1/apps',
    summary: 'The apps, by name.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('apps', AppSchema),
    status: 200,
  },
  createApp: {
    method: 'POST',
    path: '/v1/apps',
    summary: 'Creates an app.',
    auth: 'token',
    audit: 'app.create',
    body: Type.Object({ name: NameSchema }, { additionalProperties: false }),
    response: AppSchema,
    status: 201,
  },
  getApp: {
    method: 'GET',
    path: '/v1/apps/:app',
    summary: 'One app with its processes and instances.',
    auth: 'token',
    audit: null,
    response: AppDetailsSchema,
    status: 200,
  },
  destroyApp: {
    method: 'DELETE',
    path: '/v1/apps/:app',
    summary: 'Stops an app and removes everything of it.',
    auth: 'token',
    audit: 'app.destroy',
    response: Done,
    status: 200,
  },

  putBundle: {
    method: 'PUT',
    path: '/v1/apps/:app/bundles/:bundle',
    summary: 'Announces a bundle; answers what is missing. Asking again is how an upload resumes.',
    auth: 'token',
    audit: 'bundle.announce',
    body: BundleManifestSchema,
    response: BundleStateSchema,
    status: 200,
  },
  putPack: {
    method: 'PUT',
    path: '/v1/apps/:app/packs/:pack',
    summary: 'Stores a pack of chunks, named by the SHA-256 of its bytes. Repeating it does nothing.',
    auth: 'token',
    audit: 'bundle.upload',
    body: 'binary',
    response: Type.Object({ stored: Type.Integer({ description: 'Chunks in the pack.' }) }),
    status: 201,
  },
  commitBundle: {
    method: 'POST',
    path: '/v1/apps/:app/bundles/:bundle/commit',
    summary: 'Declares a bundle complete; `bundle_incomplete` says what is missing.',
    auth: 'token',
    audit: 'bundle.commit',
    response: BundleStateSchema,
    status: 200,
  },

  createDeploy: {
    method: 'POST',
    path: '/v1/apps/:app/deploys',
    summary: 'Builds a committed bundle and makes it live.',
    auth: 'token',
    audit: 'app.deploy',
    body: Type.Object(
      {
        bundle: Type.String({ description: 'Id of the bundle.' }),
        message: Type.Optional(
          Type.String({ maxLength: 2000, description: 'What to say about the release.' }),
        ),
      },
      { additionalProperties: false },
    ),
    response: DeploySchema,
    status: 202,
  },
  createRollback: {
    method: 'POST',
    path: '/v1/apps/:app/rollbacks',
    summary: 'Makes a new release that reuses the content of an old one.',
    auth: 'token',
    audit: 'app.rollback',
    body: Type.Object(
      {
        to: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'Version to return to; the one that was live before when absent.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: DeploySchema,
    status: 202,
  },
  getDeploy: {
    method: 'GET',
    path: '/v1/deploys/:deploy',
    summary: 'How a deploy stands.',
    auth: 'token',
    audit: null,
    response: DeploySchema,
    status: 200,
  },

  listReleases: {
    method: 'GET',
    path: '/v1/apps/:app/releases',
    summary: 'The releases of an app, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('releases', ReleaseSchema),
    status: 200,
  },
  getRelease: {
    method: 'GET',
    path: '/v1/apps/:app/releases/:version',
    summary: 'One release.',
    auth: 'token',
    audit: null,
    response: ReleaseSchema,
    status: 200,
  },
  listBuilds: {
    method: 'GET',
    path: '/v1/apps/:app/builds',
    summary: 'The builds of an app, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('builds', BuildSchema),
    status: 200,
  },
  getBuild: {
    method: 'GET',
    path: '/v1/builds/:build',
    summary: 'One build.',
    auth: 'token',
    audit: null,
    response: BuildSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** What one call of a route takes. */
export type RouteInput<N extends RouteName> = ([ParamNames<(typeof routes)[N]['path']>] extends [never]
  ? { params?: undefined }
  : { params: Record<ParamNames<(typeof routes)[N]['path']>, string> }) &
  ((typeof routes)[N] extends { query: infer Q extends TSchema }
    ? { query?: Static<Q> }
    : { query?: undefined }) &
  ((typeof routes)[N] extends { body: 'binary' }
    ? { body: Uint8Array }
    : (typeof routes)[N] extends { body: infer B extends TSchema }
      ? { body: Static<B> }
      : { body?: undefined });

/** What a route answers. */
export type RouteOutput<N extends RouteName> = Static<(typeof routes)[N]['response']>;

/** Upgrade route of the multiplexed WebSocket; see `channels.ts`. */
export const CONNECT_PATH = '/v1/connect';
