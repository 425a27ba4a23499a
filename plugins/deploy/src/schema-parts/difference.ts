import { description, nullable, Type } from '@rig-ops/contract/schema';

const change = Type.Enum(['added', 'changed', 'removed'], description('What becomes of it.'));

/** What changes from one release to another. */
export const difference = {
  files: nullable(
    Type.Array(
      Type.Object({
        path: Type.String(description('Relative to the root of the source.')),
        change,
        before: nullable(Type.Integer(), 'Bytes before; null when it was not there.'),
        after: nullable(Type.Integer(), 'Bytes after; null when it is gone.'),
      }),
    ),
    'Files that differ; null when the files of one side are not kept any more.',
  ),
  changes: Type.Array(
    Type.Object({
      area: Type.Enum(
        ['app', 'build', 'process', 'route', 'environment', 'setting', 'config', 'rollout'],
        description('What it is about.'),
      ),
      name: Type.String(description('Name of what differs.')),
      change,
      before: nullable(Type.String(), 'As it was; null when it was not there, and for values of variables.'),
      after: nullable(Type.String(), 'As it will be; null when it is gone, and for values of variables.'),
    }),
    description('What else differs.'),
  ),
};
