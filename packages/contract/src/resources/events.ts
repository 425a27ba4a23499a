import Type, { type Static } from 'typebox';
import { description, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

export const PlatformEventSchema = Type.Object(
  {
    id: Type.Integer(description('1, 2, … in the order they happened.')),
    at: timestamp('When it happened'),
    app: nullable(NameSchema, 'The app it is about; null for the platform itself.'),
    network: nullable(NameSchema, 'The network of that app; null for the platform itself.'),
    kind: Type.String(description('As `release.live`, `instance.crashed`.')),
    user: nullable(Type.String(), 'Who did it; null where nobody did, or it is not known.'),
    message: Type.String(description('One line for people.')),
    details: Type.Record(
      Type.String(),
      Type.Unknown(),
      description('What programs need of it, by kind; never a secret.'),
    ),
  },
  { $id: 'PlatformEvent', description: 'Something that happened on the platform.' },
);

export type PlatformEvent = Static<typeof PlatformEventSchema>;
