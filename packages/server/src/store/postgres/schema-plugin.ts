import type { KyselyPlugin, OperationNode } from 'kysely';
import { RawNode } from 'kysely';
import { translateSchema } from './translate-schema.ts';

/** Lets a migration that is written for SQLite run on PostgreSQL. */
export const schemaPlugin: KyselyPlugin = {
  transformQuery({ node }) {
    if (!isRaw(node) || node.parameters.length > 0) return node;
    return RawNode.createWithSql(translateSchema(node.sqlFragments.join('')));
  },
  transformResult: async ({ result }) => result,
};

const isRaw = (node: OperationNode): node is RawNode => RawNode.is(node);
