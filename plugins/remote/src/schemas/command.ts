import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const outputOf = (name: 'stdout' | 'stderr') => ({
  [name]: Type.String(description(`What the program wrote to ${name}, at most 16 MiB.`)),
  [`${name}Encoding`]: literals(['utf-8', 'base64'], '`base64` where the bytes are not UTF-8.'),
  [`${name}Bytes`]: Type.Integer(description('All bytes there were, also those not kept.')),
  [`${name}Truncated`]: Type.Boolean(description('Whether there were more than are kept.')),
});

export const resultSchema = Type.Object({
  session: Type.String(description('Id of the session, as the audit log names it.')),
  instance: Type.String(description('Where it ran, as `web.1`.')),
  exitCode: Type.Integer(description('128 + n when signal n ended it.')),
  signal: nullable(Type.String(), 'Name of the signal that ended it; null when none did.'),
  ...outputOf('stdout'),
  ...outputOf('stderr'),
});
