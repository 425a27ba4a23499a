import { RemovedPluginsSchema } from '../../schema-parts/removed-plugins.ts';

export const resultSchema = RemovedPluginsSchema;
