import { DatabasePlaceSchema } from '@rig-ops/contract/resources';
import { description, literals, nullable, timestamp, Type } from '@rig-ops/contract/schema';
import { engineProperties } from '../../schema-parts/engine.ts';

const PlatformPartSchema = Type.Object(
  {
    name: literals(['supervisor', 'rigd', 'edge'], 'Which part.'),
    pid: nullable(Type.Integer(), 'Its process id; null while it does not run, or when nobody knows.'),
    restarts: nullable(Type.Integer(), 'How often it was started again; null when nobody knows.'),
    lastExit: nullable(Type.String(), 'How it ended the last time; null when it has not.'),
  },
  { $id: 'PlatformPart', description: 'One process of the platform.' },
);

export const resultSchema = Type.Object({
  running: Type.Boolean(description('Whether it runs.')),
  version: nullable(Type.String(), 'Version of rigd; null while it does not run.'),
  url: nullable(Type.String(), 'Where the API listens on loopback; null while rigd does not run.'),
  publicUrl: nullable(Type.String(), 'Where other machines reach it; null when they do not.'),
  startedAt: nullable(timestamp('When it was started'), 'When it was started; null while it does not run.'),
  folder: Type.String(description('Where all its state is.')),
  ...engineProperties,
  database: DatabasePlaceSchema,
  parts: Type.Array(PlatformPartSchema, description('Its processes.')),
  problem: nullable(
    Type.Object({
      code: Type.String(description('Code of the error.')),
      message: Type.String(description('What is wrong.')),
      hint: Type.String(description('What to do.')),
    }),
    'Why rigd does not answer, while it is started again and again; null while it does, and when nobody knows.',
  ),
  instances: nullable(Type.Integer(), 'Instances of apps that run; null when nobody knows.'),
});
