import type {
  AttachParams,
  ChannelKind,
  CommandParams,
  CopyParams,
  DeployEventsParams,
  ForwardParams,
  LogsParams,
  ShellParams,
} from '@rig-ops/contract/channels';
import type { Channel } from '@rig-ops/wire';
import type { Caller } from '../features/access/caller.ts';
import type { RequestSource } from '../http/request-source.ts';

interface ChannelParams {
  logs: LogsParams;
  'deploy-events': DeployEventsParams;
  shell: ShellParams;
  command: CommandParams;
  forward: ForwardParams;
  attach: AttachParams;
  copy: CopyParams;
}

/** Somebody wants to open a channel; the parameters were checked against their schema. */
export interface ChannelRequest<K extends ChannelKind> {
  readonly params: ChannelParams[K];
  readonly identity: Caller;
  readonly source: RequestSource;
  /** Id of this OPEN, as audit events tell it. */
  readonly requestId: string;
  /** Aborted when the channel or its connection is over, and when rigd ends. */
  readonly signal: AbortSignal;
  readonly accept: (accepted?: unknown) => Channel;
  /**
   * Has more than the verb looked at whenever the channel is looked at again; what `recheck` throws, a RigError,
   * ends it.
   */
  readonly staysWhile: (recheck: (identity: Caller) => Promise<void>) => void;
}

/** Resolves when the channel has had all it gets. What it throws refuses the channel, or ends it when it was accepted. */
export type ChannelHandler<K extends ChannelKind> = (request: ChannelRequest<K>) => Promise<void>;

export type ChannelHandlers = { readonly [K in ChannelKind]: ChannelHandler<K> };
