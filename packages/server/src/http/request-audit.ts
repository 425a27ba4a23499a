import type { RouteName } from '@rig-ops/contract/routes';
import { routes } from '@rig-ops/contract/routes';
import type { AuditLog, NewAuditEvent } from '../features/audit/audit-log.ts';
import { describeRequest } from '../features/audit/describe-request.ts';
import { RefusalMeter } from '../features/audit/refusal-meter.ts';
import { resultOf } from '../features/audit/result-of.ts';
import type { Logger } from '../logger.ts';
import { tellBrowser } from './tell-browser.ts';
import type { RequestContext } from './request-context.ts';

const REPORT_EVERY_MS = 60_000;

/** What of a request an event tells. */
export interface AuditedRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Whether credentials came with it. */
  readonly hasCredentials: boolean;
}

type Outcome = Pick<RequestContext, 'identity' | 'source' | 'requestId' | 'error'>;

/** Writes one event for each request that changes or reaches into something, and for each that was refused. */
export class RequestAudit {
  readonly #audit: AuditLog;
  readonly #log: Logger;
  readonly #meter = new RefusalMeter();
  #reportsLater = false;

  constructor(audit: AuditLog, log: Logger) {
    this.#audit = audit;
    this.#log = log;
  }

  /** Records how a request to a route ended. Does not fail. */
  async ended(route: RouteName, request: AuditedRequest, outcome: Outcome): Promise<void> {
    const described = describeRequest(routes[route].audit, request.params, request.body);
    const { purpose } = request.query;
    // What for it is asked is all of a query that is told: the rest may be free text.
    if (purpose === 'replay' || purpose === 'export') described.details.purpose = purpose;
    const { audit } = routes[route];
    const about =
      audit === null
        ? { action: 'api.read', target: described.target, details: { ...described.details, route } }
        : { action: audit, ...described };
    const { result } = resultOf(outcome.error);
    if (audit !== null || result === 'refused') await this.#write(about, request.hasCredentials, outcome);
  }

  /** Records that nobody was let in to open channels. Does not fail. */
  async connectRefused(hasCredentials: boolean, outcome: Outcome): Promise<void> {
    if (resultOf(outcome.error).result !== 'refused') return;
    await this.#write({ action: 'connect', target: 'platform', details: {} }, hasCredentials, outcome);
  }

  async #write(
    about: Pick<NewAuditEvent, 'action' | 'target' | 'details'>,
    hasCredentials: boolean,
    { identity, source, requestId, error }: Outcome,
  ): Promise<void> {
    if (identity === undefined && !this.#meter.admits(source.client)) {
      this.#reportLater();
      return;
    }
    await this.#append({
      // Whose credentials they were is not known when the platform does not know them.
      user: identity?.user ?? (hasCredentials ? 'unknown' : 'anonymous'),
      ...about,
      ...tellBrowser(about.details, identity, source),
      ...resultOf(error),
      invocationId: source.invocationId,
      requestId,
    });
  }

  #reportLater(): void {
    if (this.#reportsLater) return;
    this.#reportsLater = true;
    setTimeout(() => {
      this.#reportsLater = false;
      void this.#reportLeftOut();
    }, REPORT_EVERY_MS).unref();
  }

  async #reportLeftOut(): Promise<void> {
    const leftOut = this.#meter.takeLeftOut();
    if (leftOut === undefined) return;
    await this.#append({
      user: 'unknown',
      action: 'api.refused',
      target: 'platform',
      ...resultOf({ code: 'not_authenticated' }),
      client: leftOut.clients[0] ?? 'unknown',
      invocationId: null,
      requestId: 'several',
      details: { ...leftOut },
    });
  }

  async #append(event: NewAuditEvent): Promise<void> {
    try {
      await this.#audit.append(event);
    } catch (cause) {
      // The change is made; an answer that says otherwise would be a lie.
      this.#log.error('An audit event could not be written', {
        action: event.action,
        requestId: event.requestId,
        error: cause,
      });
    }
  }
}
