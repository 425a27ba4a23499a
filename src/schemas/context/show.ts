import { Type } from '@rig-ops/contract/schema';
import { ContextSchema } from '../../schema-parts/context.ts';

export const resultSchema = Type.Object({ context: ContextSchema });
