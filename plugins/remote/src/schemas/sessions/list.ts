import { SessionSchema } from '@rig-ops/contract/resources';
import { listOf } from '@rig-ops/contract/schema';

export const resultSchema = listOf('sessions', SessionSchema);
