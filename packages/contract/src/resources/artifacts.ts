import Type, { type Static } from 'typebox';
import { timestamp } from './describe.ts';

/** Leave to fetch the files of one release, for minutes. */
export const ArtifactGrantSchema = Type.Object({
  path: Type.String({
    description: 'Path and query that answer the archive: whoever has them may fetch it.',
  }),
  archive: Type.String({
    description: 'SHA-256 of the archive as it is sent, in hex: a tar packed by zstd.',
  }),
  bytes: Type.Integer({ description: 'Of the archive as it is sent.' }),
  expiresAt: timestamp('Until when a fetch may begin.'),
});
export type ArtifactGrant = Static<typeof ArtifactGrantSchema>;
