import { description, Type } from '@rig-ops/contract/schema';
import { ListedPluginSchema } from '../../schema-parts/listed-plugin.ts';

export const resultSchema = Type.Object({
  plugins: Type.Array(ListedPluginSchema, description('By name.')),
});
