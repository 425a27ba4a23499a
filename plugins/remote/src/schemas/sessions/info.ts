import { SessionSchema } from '@rig-ops/contract/resources';

export const resultSchema = SessionSchema;
