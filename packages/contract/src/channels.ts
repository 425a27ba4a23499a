import Type, { type TSchema } from 'typebox';
import type { Access } from './access.ts';
import { AttachParamsSchema } from './channels/attach.ts';
import { CommandParamsSchema } from './channels/command.ts';
import { CopyAcceptedSchema, CopyExitSchema, CopyParamsSchema } from './channels/copy.ts';
import { DeployEventsParamsSchema } from './channels/deploy-events.ts';
import { ForwardAcceptedSchema, ForwardParamsSchema } from './channels/forward.ts';
import { LogsParamsSchema } from './channels/logs.ts';
import { SessionAcceptedSchema, SessionControlSchema, SessionExitSchema } from './channels/session.ts';
import { ShellParamsSchema } from './channels/shell.ts';
import { LogPositionSchema, LogRecordSchema } from './log-record.ts';
import { DeployEventSchema } from './resources.ts';

/**
 * What a channel of the multiplexed WebSocket (`GET /v1/connect`) can be opened as. The frames are
 * described in `packages/wire`; here is what travels in OPEN, ACCEPT, CONTROL and EXIT.
 */
export * from './channels/attach.ts';
export * from './channels/command.ts';
export * from './channels/copy.ts';
export * from './channels/deploy-events.ts';
export * from './channels/forward.ts';
export * from './channels/logs.ts';
export * from './channels/session.ts';
export * from './channels/shell.ts';
export * from './channels/streams.ts';

/** A kind of channel. */
interface ChannelKindEntry {
  /** What it takes; checked before the handler is called. A row of `docs/access.md` says the same. */
  readonly access: Exclude<Access, 'anyone'>;
  /** The audit action of opening it; null where that is not told. */
  readonly audit: string | null;
  readonly params: TSchema;
  readonly record?: TSchema;
  readonly accepted?: TSchema;
  readonly control?: TSchema;
  readonly exit?: TSchema;
}

/** What the channels of sessions have in common. */
const session = {
  accepted: SessionAcceptedSchema,
  control: SessionControlSchema,
  exit: SessionExitSchema,
};

export const channelKinds = {
  logs: {
    access: { verb: 'logs.read', on: 'app' },
    audit: 'logs.read',
    params: LogsParamsSchema,
    record: Type.Union([LogRecordSchema, LogPositionSchema]),
  },
  'deploy-events': {
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    params: DeployEventsParamsSchema,
    record: DeployEventSchema,
  },
  shell: {
    access: { verb: 'remote.shell', on: 'app' },
    audit: 'session.start',
    params: ShellParamsSchema,
    ...session,
  },
  command: {
    access: { verb: 'remote.command', on: 'app' },
    audit: 'session.start',
    params: CommandParamsSchema,
    ...session,
  },
  attach: {
    access: { verb: 'sessions.attach', on: 'session' },
    audit: 'session.attach',
    params: AttachParamsSchema,
    ...session,
  },
  copy: {
    access: { verb: 'remote.copy', on: 'app' },
    audit: 'copy.start',
    params: CopyParamsSchema,
    accepted: CopyAcceptedSchema,
    exit: CopyExitSchema,
  },
  forward: {
    access: { verb: 'remote.forward', on: 'app' },
    audit: 'forward.start',
    params: ForwardParamsSchema,
    accepted: ForwardAcceptedSchema,
  },
} as const satisfies Record<string, ChannelKindEntry>;

export type ChannelKind = keyof typeof channelKinds;
