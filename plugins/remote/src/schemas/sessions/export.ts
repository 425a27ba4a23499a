import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  session: Type.String(description('Id of the session.')),
  format: literals(['asciicast-v3', 'asciicast-v2', 'text', 'raw', 'ndjson'], 'What was written.'),
  file: Type.String(description('Where.')),
  bytes: Type.Integer(description('How much.')),
  sha256: Type.String(description('Of the file, in hex.')),
  recordingSha256: nullable(
    Type.String(),
    'Of the recording as the platform keeps it, as in its audit log; null while the session runs.',
  ),
});
