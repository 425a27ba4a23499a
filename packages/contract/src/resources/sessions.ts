import Type, { type Static } from 'typebox';
import {
  SessionEndSchema,
  SessionLimitsSchema,
  SessionModeSchema,
  TerminalSizeSchema,
} from '../channels/session.ts';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

export const SessionClientSchema = Type.Object(
  {
    id: Type.String(description('Unique in the session.')),
    user: Type.String(description('Who it is.')),
    mode: SessionModeSchema,
    since: timestamp('When it came'),
    address: Type.String(description('Where it comes from, as the audit log names it.')),
  },
  { $id: 'SessionClient', description: 'Somebody attached to a session.' },
);

export const SessionRecordingSchema = Type.Object(
  {
    state: literals(
      ['recording', 'kept', 'failed', 'removed'],
      'Under way, there to be replayed, broken, or gone by its retention.',
    ),
    bytes: Type.Integer(description('What it takes on disk.')),
    sha256: nullable(Type.String(), 'Of the file, as in the audit log; null while it is written.'),
    truncated: Type.Boolean(description('Whether it stopped at its size limit.')),
  },
  { $id: 'SessionRecording', description: 'The recording of a session.' },
);

export const SessionSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    kind: literals(['shell', 'command'], 'What it was opened as.'),
    user: Type.String(description('Who began it.')),
    app: nullable(NameSchema, 'Its app; null in a network.'),
    network: Type.String(description('Its network.')),
    process: nullable(NameSchema, 'Process of its instance; null in a network.'),
    instance: nullable(Type.String(), 'As `web.1`; null in a network.'),
    release: nullable(Type.Integer(), 'Release of its instance; null in a network.'),
    argv: Type.Array(Type.String(), description('What runs, with what looks like a secret left out.')),
    terminal: nullable(TerminalSizeSchema, 'Size of its terminal; null for one without.'),
    reason: nullable(Type.String(), 'Why, as its user said; null without.'),
    state: literals(['running', 'ended'], 'Whether its program runs.'),
    startedAt: timestamp('When it began'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
    lastActiveAt: timestamp('When a byte last went either way'),
    exitCode: nullable(Type.Integer(), '128 + n for signal n; null while running, and when not known.'),
    end: nullable(SessionEndSchema, 'Why it ended; null while running.'),
    bytes: Type.Object(
      {
        stdin: Type.Integer(description('Typed, or sent to it.')),
        stdout: Type.Integer(description('Written by it; all of a terminal.')),
        stderr: Type.Integer(description('Written by it; 0 for a terminal.')),
      },
      description('Bytes so far.'),
    ),
    clients: Type.Array(SessionClientSchema, description('Who is attached.')),
    detached: Type.Boolean(description('Whether it goes on when nobody is attached.')),
    endsAt: nullable(timestamp('When the next of its limits ends it, as things are'), 'Null for never.'),
    limits: SessionLimitsSchema,
    recording: nullable(SessionRecordingSchema, 'Null when it is not recorded.'),
    containment: literals(
      ['pid-namespace', 'cgroup', 'processes'],
      'How what it started is held: the first two leave nothing behind, the last as far as it can be found.',
    ),
  },
  { $id: 'Session', description: 'A shell or command in an app.' },
);

export type SessionClient = Static<typeof SessionClientSchema>;
export type SessionRecording = Static<typeof SessionRecordingSchema>;
export type Session = Static<typeof SessionSchema>;
