import { toErrorDocument } from '@rig-ops/contract/errors';
import type { ChannelKind } from '@rig-ops/contract/channels';
import type { AuditLog, NewAuditEvent } from '../features/audit/audit-log.ts';
import { resultOf } from '../features/audit/result-of.ts';
import type { ChannelRequest } from './channel-handlers.ts';

type Caller = Pick<ChannelRequest<ChannelKind>, 'identity' | 'source' | 'requestId'>;
type About = Pick<NewAuditEvent, 'action' | 'target' | 'details'>;

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
      client: source.client,
      invocationId: source.invocationId,
      requestId,
    });
  }
}
