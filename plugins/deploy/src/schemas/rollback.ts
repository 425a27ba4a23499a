import { Type } from '@rig-ops/contract/schema';
import { switchOver } from '../schema-parts/switch-over.ts';

export const resultSchema = Type.Object(switchOver);
