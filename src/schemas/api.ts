import { Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'The document the platform answered, as /v1/openapi.json describes it. An answer that is no object is under `body`; with --include it is `status`, `headers` and `body`.',
});
