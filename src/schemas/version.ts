import { description, Type } from '@rig-ops/contract/schema';
import { ListedPluginSchema } from '../schema-parts/listed-plugin.ts';

export const resultSchema = Type.Object({
  version: Type.String(description('Version of rig.')),
  node: Type.String(description('Version of Node it runs on.')),
  platform: Type.String(description('Operating system and processor, as `linux-x64`.')),
  plugins: Type.Array(ListedPluginSchema, description('By name.')),
});
