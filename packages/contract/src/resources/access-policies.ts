import Type, { type Static } from 'typebox';
import { type Role, roles } from '../access.ts';
import { description, literals, nullable, timestamp } from './describe.ts';
import { UserNameSchema } from './access.ts';

/** What a policy can let in or keep out: the kinds of access to an app, each with a verb of its own. */
export const ACCESS_KINDS = ['shell', 'command', 'forward', 'copy'] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

const TIME_PATTERN = '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$';

export const RecordingModeSchema = literals(
  ['off', 'optional', 'required'],
  'Whether sessions are recorded: never, where it can be done, or they do not begin.',
);

export const AccessHoursSchema = Type.Object(
  {
    days: Type.Array(literals([...DAYS], 'A day of the week.'), {
      minItems: 1,
      maxItems: 7,
      ...description('Days on which the hours begin.'),
    }),
    from: Type.String({ pattern: TIME_PATTERN, ...description('As `09:00`.') }),
    to: Type.String({
      pattern: TIME_PATTERN,
      ...description('As `17:30`, exclusive; at or before `from` it is of the day after.'),
    }),
    zone: Type.String({ maxLength: 64, ...description('IANA name of the time zone, as `Europe/Berlin`.') }),
  },
  { additionalProperties: false, description: 'Hours of a week.' },
);

const patterns = (text: string) =>
  Type.Optional(
    Type.Array(
      Type.Array(Type.String({ maxLength: 1_000 }), {
        minItems: 1,
        maxItems: 100,
        ...description(
          'A pattern for each argument, from the program on: `*` is any text, `?` any character; `**` as the last is any further arguments.',
        ),
      }),
      { maxItems: 200, ...description(text) },
    ),
  );

const seconds = (text: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000, ...description(text) }));

export const AccessPolicySchema = Type.Object(
  {
    users: Type.Optional(
      Type.Array(UserNameSchema, {
        maxItems: 500,
        ...description('Only these users, and those with one of `roles`.'),
      }),
    ),
    roles: Type.Optional(
      Type.Array(literals(Object.keys(roles) as Role[], 'A role that holds at the target.'), {
        maxItems: 10,
        ...description('Only who has one of these roles there, and `users`.'),
      }),
    ),
    kinds: Type.Optional(
      Type.Array(literals([...ACCESS_KINDS], 'A kind of access.'), {
        maxItems: 4,
        ...description('Only these kinds of access; all when absent.'),
      }),
    ),
    allow: patterns('Only these commands, without further variables or another folder; then no shell opens.'),
    deny: patterns('Commands that are refused, whatever is allowed.'),
    reason: Type.Optional(literals(['optional', 'required'], 'Whether one has to say why.')),
    recording: Type.Optional(RecordingModeSchema),
    maximumSeconds: seconds('How long a session may last.'),
    idleSeconds: seconds('How long a session may last without a byte either way.'),
    hours: Type.Optional(
      Type.Array(AccessHoursSchema, {
        maxItems: 20,
        ...description('Only within one of these; a session ends with them.'),
      }),
    ),
    approval: Type.Optional(
      literals(['none', 'required'], 'Whether somebody else has to approve each session.'),
    ),
  },
  {
    $id: 'AccessPolicy',
    additionalProperties: false,
    description: 'What is asked of shells, commands, forwards and copies; what is absent asks nothing.',
  },
);

export const AccessPolicyAtSchema = Type.Object(
  {
    target: Type.String(description('`platform`, `network/NAME` or `app/NAME`.')),
    policy: AccessPolicySchema,
    revision: Type.Integer(description('Counts its changes; 0 where none was ever set.')),
    updatedAt: nullable(timestamp('When it was set'), 'When it was set; null where none is.'),
    updatedBy: nullable(Type.String(), 'Who set it; null where none is.'),
  },
  { $id: 'AccessPolicyAt', description: 'The policy of one target.' },
);

export const AccessPolicyViewSchema = Type.Object(
  {
    ...AccessPolicyAtSchema.properties,
    inherited: Type.Array(
      AccessPolicyAtSchema,
      description('Policies of what it is in, which hold as well: of each rule the stricter one wins.'),
    ),
  },
  { $id: 'AccessPolicyView', description: 'The policy of a target with those that hold there beside it.' },
);

export const ApprovalSchema = Type.Object(
  {
    id: Type.String(description('Names the request.')),
    user: Type.String(description('Who asks.')),
    kind: literals([...ACCESS_KINDS], 'What for.'),
    target: Type.String(description('`app/NAME` or `network/NAME`.')),
    argv: Type.Array(Type.String(), description('The command, with what looks like a secret left out.')),
    details: Type.Record(
      Type.String(),
      Type.String(),
      description('What else it is bound to: names of variables, folder, port, path.'),
    ),
    reason: nullable(Type.String(), 'Why, as the user said; null without.'),
    state: literals(
      ['pending', 'approved', 'denied', 'used', 'expired'],
      'An approved one is good for one session until it expires.',
    ),
    createdAt: timestamp('When it was asked for'),
    expiresAt: timestamp('Until when it can be decided, or once approved be used'),
    decidedAt: nullable(timestamp('When it was decided'), 'When it was decided; null before.'),
    decidedBy: nullable(Type.String(), 'Who decided; null before.'),
    decisionReason: nullable(Type.String(), 'Why, as they said; null without.'),
  },
  { $id: 'Approval', description: 'A request for a session that somebody else has to approve.' },
);

export const TicketSchema = Type.Object(
  {
    ticket: Type.String(
      description('Offered once as the subprotocol `rig.ticket.<ticket>`, beside the one of the protocol.'),
    ),
    channel: Type.String(description('The kind of channel it opens.')),
    verb: Type.String(description('What is authorised.')),
    target: Type.String(description('On what.')),
    user: Type.String(description('As whom.')),
    expiresAt: timestamp('Until when the channel has to be opened'),
  },
  { $id: 'Ticket', description: 'Opens one channel, once.' },
);

export type RecordingMode = Static<typeof RecordingModeSchema>;
export type AccessHours = Static<typeof AccessHoursSchema>;
export type AccessPolicy = Static<typeof AccessPolicySchema>;
export type AccessPolicyAt = Static<typeof AccessPolicyAtSchema>;
export type AccessPolicyView = Static<typeof AccessPolicyViewSchema>;
export type Approval = Static<typeof ApprovalSchema>;
export type Ticket = Static<typeof TicketSchema>;
