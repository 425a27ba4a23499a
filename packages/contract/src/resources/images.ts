import Type from 'typebox';
import { description, nullable } from './describe.ts';

export const ImageSchema = Type.Object(
  {
    id: Type.String(description('Its id where it runs: `sha256:…`.')),
    reference: nullable(Type.String(), 'What was asked for, as `nginx:1.27`; null for one that was built.'),
    digest: nullable(
      Type.String(),
      'By which a registry has it, as `docker.io/library/nginx@sha256:…`; null where none is known to.',
    ),
  },
  { $id: 'Image', description: 'An image that a build has made, or brought from a registry.' },
);
