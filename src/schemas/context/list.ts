import { listOf } from '@rig-ops/contract/schema';
import { ContextSchema } from '../../schema-parts/context.ts';

export const resultSchema = listOf('contexts', ContextSchema);
