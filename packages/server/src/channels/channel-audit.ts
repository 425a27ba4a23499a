import { toErrorDocument } from '@rig-ops/contract/errors';
import { type ChannelKind, channelKinds } from '@rig-ops/contract/channels';
import type { AuditLog, NewAuditEvent } from '../features/audit/audit-log.ts';
import { resultOf } from '../features/audit/result-of.ts';
import { tellBrowser } from '../http/tell-browser.ts';
import type { ChannelRequest } from './channel-handlers.ts';

type Caller = Pick<ChannelRequest<ChannelKind>, 'identity' | 'source' | 'requestId'>;
type About = Pick<NewAuditEvent, 'action' | 'target' | 'details'>;

/** Parameters that name what a channel is about. */
const NAMING = new Set(['app', 'build', 'deploy', 'network', 'session']);

/** Writes the audit events of channels. An access whose event cannot be written is not given: these throw. */
export class ChannelAudit {
  readonly #audit: AuditLog;

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  async started(caller: Caller, about: About): Promise<void> {
    await this.#append(caller, about, { result: 'started', errorCode: null });
  }

  async succeeded(caller: Caller, about: About): Promise<void> {
    await this.#append(caller, about, resultOf(undefined));
  }

  async failed(caller: Caller, about: About, error: unknown): Promise<void> {
    await this.#append(caller, about, resultOf(toErrorDocument(error)));
  }

  /** Somebody who may not open a channel has tried to. */
  async refused(caller: Caller, kind: ChannelKind, params: unknown, error: unknown): Promise<void> {
    const { audit } = channelKinds[kind];
    if (audit === null && resultOf(toErrorDocument(error)).result !== 'refused') return;
    const named = Object.entries(params as object).find(
      ([name, value]) => NAMING.has(name) && typeof value === 'string',
    );
    const target = named === undefined ? 'platform' : named.join('/');
    await this.failed(caller, { action: audit ?? 'api.read', target, details: { channel: kind } }, error);
  }

  async #append(
    { identity, source, requestId }: Caller,
    about: About,
    outcome: Pick<NewAuditEvent, 'result' | 'errorCode'>,
  ): Promise<void> {
    await this.#audit.append({
      user: identity.user,
      ...about,
      target: about.target.slice(0, 200),
      ...outcome,
      ...tellBrowser(about.details, identity, source),
      invocationId: source.invocationId,
      requestId,
    });
  }
}
