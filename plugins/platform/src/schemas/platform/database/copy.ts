import { description, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  copied: Type.Boolean(description('False when the state was there already.')),
  from: Type.String(description('Database the state was in: path of the file, or name and host.')),
  to: Type.String(description('Database it is in from now on.')),
  rows: Type.Integer(description('Rows of all tables.')),
  tables: Type.Array(
    Type.Object({
      name: Type.String(description('Which table.')),
      rows: Type.Integer(description('Its rows, the same in both.')),
    }),
    description('What was copied and compared.'),
  ),
  audit: Type.Object(
    {
      records: Type.Integer(description('Records of the audit log that follow from one another.')),
      brokenAt: nullable(Type.Integer(), 'First record that does not, in both; null when all do.'),
    },
    description('What verifying the audit log behind the copy found.'),
  ),
  kept: nullable(
    Type.String(),
    'SQLite database that is kept, and not used any more; null where there is none.',
  ),
});
