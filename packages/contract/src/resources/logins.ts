import Type, { type Static } from 'typebox';
import { description } from './describe.ts';

export const LoginSchema = Type.Object(
  {
    deviceName: Type.String(
      description('What the machine that asked calls itself; anybody can claim any name.'),
    ),
    client: Type.String(description('Address it asked from.')),
    createdAt: Type.String(description('When it asked (RFC 3339, UTC).')),
    expiresAt: Type.String(description('Until when it can be approved.')),
  },
  { $id: 'Login', description: 'A login that waits for approval.' },
);

export type Login = Static<typeof LoginSchema>;

export const LoginAnswerSchema = Type.Object({ login: LoginSchema });
