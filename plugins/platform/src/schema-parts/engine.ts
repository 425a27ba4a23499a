import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

/** What apps run on, in a result. */
export const engineProperties = {
  engine: literals(
    ['process', 'docker', 'kubernetes'],
    'What apps run on where their network says nothing else.',
  ),
  docker: nullable(
    Type.Object(
      {
        host: Type.String(description('Its address.')),
        version: nullable(Type.String(), 'Its version; null while it does not answer.'),
        problem: nullable(
          Type.Object({
            code: Type.Optional(Type.String(description('Permanent name of the problem.'))),
            message: Type.String(description('What is wrong.')),
            hint: Type.String(description('What to do.')),
          }),
          'Why nothing can be run on it; null when it can.',
        ),
      },
      { $id: 'DockerDaemon', description: 'The daemon of containers.' },
    ),
    'The daemon of containers; null where none is used.',
  ),
  registry: nullable(Type.String(), 'Where images that are built are pushed to; null for nowhere.'),
};
