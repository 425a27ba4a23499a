import Type, { type Static } from 'typebox';
import { type Role, roles, USER_NAME_PATTERN, type Verb, verbs } from '../access.ts';
import { description, literals, nullable, timestamp } from './describe.ts';

export const UserNameSchema = Type.String({
  pattern: USER_NAME_PATTERN,
  description: 'Lower-case letters, digits and `. _ @ + -`, beginning and ending with a letter or digit.',
});

export const RoleSchema = literals(Object.keys(roles) as Role[], 'A named set of verbs.');
export const VerbSchema = literals(Object.keys(verbs) as Verb[], 'Something that can be allowed.');
export const UserKindSchema = literals(['user', 'service'], '`service` for a program, as CI.');

export const TargetNameSchema = Type.String({
  pattern: '^(?:platform|(?:app|network)/[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?)$',
  description: '`platform`, `network/NAME` or `app/NAME`.',
});

export const UserSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    name: Type.String(description('Name of the user.')),
    kind: UserKindSchema,
    owner: Type.Boolean(description('Whether the platform is theirs: the user rigd runs as.')),
    disabled: Type.Boolean(description('A disabled user is refused whatever the token.')),
    createdAt: timestamp('When it was created'),
    createdBy: Type.String(description('Who created it.')),
    lastUsedAt: nullable(
      Type.String(),
      'When one of its tokens was last used; null for never (RFC 3339, UTC).',
    ),
  },
  { $id: 'User', description: 'A user or a service account of the platform.' },
);

export const BindingSchema = Type.Object(
  {
    user: Type.String(description('Who has the role.')),
    role: RoleSchema,
    target: Type.String(description('Where: `platform`, `network/NAME` or `app/NAME`.')),
    active: Type.Boolean(
      description('False while the role does not hold, because apps are not isolated from one another.'),
    ),
    createdAt: timestamp('When it was granted'),
    createdBy: Type.String(description('Who granted it.')),
  },
  { $id: 'Binding', description: 'A role given to a user at a target.' },
);

export const UserDetailsSchema = Type.Object(
  { ...UserSchema.properties, bindings: Type.Array(BindingSchema, description('Its roles.')) },
  { $id: 'UserDetails', description: 'A user with its roles.' },
);

export const TokenSchema = Type.Object(
  {
    id: Type.String(description('Names the token; no secret.')),
    user: Type.String(description('Whom it stands for.')),
    name: Type.String(description('What it is for.')),
    hint: Type.String(description('Its first characters, to recognise it by.')),
    status: literals(['active', 'expired', 'revoked'], 'Whether it can be used.'),
    createdAt: timestamp('When it was made'),
    createdBy: Type.String(description('Who made it.')),
    expiresAt: nullable(Type.String(), 'When it ends; null for never (RFC 3339, UTC).'),
    lastUsedAt: nullable(
      Type.String(),
      'When it was last used, to about a minute; null for never (RFC 3339, UTC).',
    ),
    revokedAt: nullable(Type.String(), 'When it was revoked; null unless it was (RFC 3339, UTC).'),
  },
  { $id: 'Token', description: 'A token without its secret.' },
);

export const NewTokenSchema = Type.Object(
  {
    token: Type.String(description('The secret; shown this once.')),
    ...TokenSchema.properties,
  },
  { $id: 'NewToken', description: 'A token that was just made.' },
);

export const DecisionSchema = Type.Object(
  {
    user: Type.String(description('Who asks.')),
    verb: VerbSchema,
    target: Type.String(description('To what: `platform`, `network/NAME` or `app/NAME`.')),
    allowed: Type.Boolean(description('Whether it is allowed.')),
    rule: literals(
      ['binding', 'self', 'user-disabled', 'no-role-here', 'role-lacks-verb', 'not-isolated'],
      'Which rule decides.',
    ),
    reason: Type.String(description('The rule in words.')),
    binding: nullable(
      Type.Object({
        role: RoleSchema,
        target: Type.String(description('Where it is bound.')),
      }),
      'The binding that decides; null where none does.',
    ),
    roles: Type.Array(RoleSchema, description('Roles that would allow it.')),
  },
  { $id: 'Decision', description: 'Whether something is allowed, and why.' },
);

export type User = Static<typeof UserSchema>;
export type UserDetails = Static<typeof UserDetailsSchema>;
export type Binding = Static<typeof BindingSchema>;
export type Token = Static<typeof TokenSchema>;
export type NewToken = Static<typeof NewTokenSchema>;
export type Decision = Static<typeof DecisionSchema>;
