export { bundleSchema, type JsonSchema } from './schemas/bundle-schema.ts';
export type { CommandSchemas, SchemasByCommand } from './schemas/collect-schemas.ts';
export { errorSchema } from './schemas/error-schema.ts';
export { readSchemas, writeSchemas } from './schemas/schemas-file.ts';
