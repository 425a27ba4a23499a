import { LoginSchema } from '@rig-ops/contract/resources';
import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const LoggedInSchema = Type.Object(
  {
    context: Type.Object(
      {
        name: Type.String(description('Name it is saved under.')),
        url: Type.String(description('Address of the platform.')),
        current: Type.Boolean(description('Whether commands talk to it from now on.')),
      },
      description('The context that was saved.'),
    ),
    user: Type.String(description('Whom the platform takes you for.')),
    role: Type.String(description('The widest role on the whole platform.')),
    expiresAt: nullable(Type.String(), 'When the token ends (RFC 3339, UTC); null for never.'),
    credentials: literals(['keyring', 'file'], 'Where the token is kept.'),
  },
  { $id: 'LoggedIn', description: 'What `rig login URL` did.' },
);

const AnsweredSchema = Type.Object(
  {
    login: LoginSchema,
    approved: Type.Boolean(description('Whether the other machine is let in.')),
  },
  { $id: 'LoginAnswered', description: 'What `rig login --approve` or `--deny` did.' },
);

export const resultSchema = Type.Union([LoggedInSchema, AnsweredSchema]);
