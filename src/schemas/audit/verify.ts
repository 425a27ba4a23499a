import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const ProblemSchema = Type.Object(
  {
    kind: literals(
      [
        'altered',
        'rewritten',
        'missing',
        'out_of_order',
        'unreadable',
        'tail_missing',
        'key_mismatch',
        'checkpoint_forged',
        'checkpoint_missing',
        'checkpoint_contradicts',
      ],
      'What is wrong; permanent names.',
    ),
    seq: nullable(Type.Integer(), 'The record it is about; null where it is about checkpoints alone.'),
    message: Type.String(description('What is wrong, in words.')),
  },
  { $id: 'AuditProblem', description: 'Something that is not as the platform wrote it.' },
);

export const resultSchema = Type.Object({
  intact: Type.Boolean(description('Whether no problem was found.')),
  platform: nullable(Type.String(), 'Id of the platform; null when nothing tells.'),
  records: Type.Object(
    {
      first: nullable(Type.Integer(), 'The oldest record.'),
      last: nullable(Type.Integer(), 'The newest record.'),
      count: Type.Integer(description('How many were read.')),
    },
    description('What was read.'),
  ),
  checkpoints: Type.Object(
    {
      count: Type.Integer(description('How many genuine ones there are.')),
      lastSeq: nullable(Type.Integer(), 'The newest record that one covers.'),
    },
    description('What was signed.'),
  ),
  unsigned: Type.Integer(
    description('Records behind the last checkpoint; some could have been cut off there without a trace.'),
  ),
  prunedThrough: nullable(Type.Integer(), 'The last record that was removed under a signed statement.'),
  problems: Type.Array(ProblemSchema, description('What is wrong; at most 100.')),
  key: Type.Object(
    {
      fingerprint: Type.String(description('Of the key it was verified with.')),
      pinned: Type.Boolean(description('Whether --key named it; else it came from where the records did.')),
    },
    description('The key.'),
  ),
  witnesses: Type.Integer(description('Checkpoints of an earlier export it was compared with.')),
  cannotKnow: Type.Array(Type.String(), description('What no check of this log could tell.')),
});
