import { description, nullable, Type } from '@rig-ops/contract/schema';
import { engineProperties } from '../../schema-parts/engine.ts';

export const resultSchema = Type.Object({
  started: Type.Boolean(description('False when it ran already.')),
  version: Type.String(description('Version of rigd.')),
  publicUrl: nullable(Type.String(), 'Where other machines reach it; null when they do not.'),
  url: Type.String(description('Where its API listens on loopback.')),
  edgeUrl: nullable(Type.String(), 'Where the edge routes by host name; null while it does not listen.'),
  ...engineProperties,
  socket: Type.String(description('Its unix socket.')),
  pid: Type.Integer(description('Process id of rigd.')),
});
