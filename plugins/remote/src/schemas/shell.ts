import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  session: Type.String(description('Id of the session that was begun with --detach.')),
  instance: Type.String(description('Where it runs, as `web.1`; empty in a network.')),
});
