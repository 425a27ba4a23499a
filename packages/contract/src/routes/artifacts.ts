import Type from 'typebox';
import { ArtifactGrantSchema } from '../resources/artifacts.ts';
import type { Route } from './route.ts';

export const artifactsRoutes = {
  grantArtifact: {
    method: 'POST',
    path: '/v1/artifacts/grants',
    summary: 'Gives the pod of a release, which shows its key, a URL for its files that is good for minutes.',
    // The key says who it is: a pod is no user.
    access: 'anyone',
    audit: null,
    body: Type.Object(
      { key: Type.String({ maxLength: 200, description: 'Of the release.' }) },
      { additionalProperties: false },
    ),
    response: ArtifactGrantSchema,
    status: 201,
  },
  getArtifact: {
    method: 'GET',
    path: '/v1/artifacts/:build',
    summary: 'The files of a release as a tar packed by zstd, for whoever has been given the URL.',
    // The signature says who has made the URL, and until when it is good.
    access: 'anyone',
    audit: null,
    query: Type.Object({
      archive: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'As in the grant.' }),
      expires: Type.Integer({ minimum: 0, description: 'Milliseconds since 1970.' }),
      signature: Type.String({ maxLength: 100, description: 'Of build, archive and time.' }),
      offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Begin at this byte.' })),
    }),
    response: 'binary',
    status: 200,
  },
} as const satisfies Record<string, Route>;
