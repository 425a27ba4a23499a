import { description, literals, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  session: Type.String(description('Id of the copy, as the audit log names it.')),
  instance: Type.String(description('Where in the app, as `web.1`.')),
  direction: literals(['in', 'out'], 'To the app, or from it.'),
  files: Type.Integer(description('Files, folders and links that were copied.')),
  bytes: Type.Integer(description('Bytes of their content.')),
  left: Type.Array(
    Type.Object({
      path: Type.String(description('What was left out.')),
      why: Type.String(description('Why.')),
    }),
    description('What was left out, the first hundred of each side.'),
  ),
  leftCount: Type.Integer(description('How much was left out.')),
});
