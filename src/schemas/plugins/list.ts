import { listOf } from '@rig-ops/contract/schema';
import { InstalledPluginSchema } from '../../schema-parts/installed-plugin.ts';

export const resultSchema = listOf('plugins', InstalledPluginSchema);
