import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Authenticator } from '../../../http/authenticator.ts';
import type { FailureLimiter } from '../../../http/failure-limiter.ts';
import type { RequestSources } from '../../../http/request-source.ts';
import type { Logger } from '../../../logger.ts';
import type { LoginService } from '../login-service.ts';
import { readForm } from '../read-form.ts';
import { askPage, confirmPage, donePage, sorryPage } from './login-pages.ts';
import { style } from './style.ts';
import { Tickets } from './tickets.ts';

export const LOGIN_PATH = '/login';
const STYLE_PATH = '/login/style.css';

const headers = {
  // No script at all, nothing from elsewhere, no frame around it, and forms go nowhere else.
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`, with which a browser sends `Origin: null` for our own form.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

export interface LoginPageDeps {
  readonly service: LoginService;
  readonly authenticator: Authenticator;
  readonly sources: RequestSources;
  /** Counts wrong tokens together with those of the API. */
  readonly failures: FailureLimiter;
  readonly log: Logger;
  /** Called for every decision made here, and with the error of one that failed. */
  readonly onDecided: (decision: {
    user: string;
    approved: boolean;
    client: string;
    error: RigError | undefined;
  }) => Promise<void>;
}

interface Answer {
  status: number;
  body: string;
}

/** The page where a person lets another machine log in. It needs no script, no cookie and no session. */
export class LoginPage {
  readonly #deps: LoginPageDeps;
  readonly #tickets = new Tickets();

  constructor(deps: LoginPageDeps) {
    this.#deps = deps;
  }

  /** False when the path is none of the page's. */
  async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (path !== LOGIN_PATH && path !== STYLE_PATH) return false;
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (path === STYLE_PATH) {
      response.writeHead(200, { ...headers, 'content-type': 'text/css; charset=utf-8' });
      response.end(reading ? style : '');
      return true;
    }
    const { status, body } = await this.#answer(request, reading).catch((error: unknown) =>
      this.#sorry(error),
    );
    response.writeHead(status, { ...headers, 'content-type': 'text/html; charset=utf-8' });
    response.end(request.method === 'HEAD' ? '' : body);
    return true;
  }

  async #answer(request: IncomingMessage, reading: boolean): Promise<Answer> {
    if (reading) {
      const { searchParams } = new URL(request.url ?? '', 'http://rig');
      return { status: 200, body: askPage({ code: (searchParams.get('code') ?? '').slice(0, 20) }) };
    }
    if (request.method !== 'POST') return { status: 405, body: sorryPage('This page takes GET and POST.') };
    refuseOtherSites(request.headers, this.#deps.sources.publicUrlOf(request));
    const form = await readForm(request);
    return form.get('step') === 'look' ? await this.#look(request, form) : await this.#decide(request, form);
  }

  /** Who is it, and which login do they mean? */
  async #look(request: IncomingMessage, form: URLSearchParams): Promise<Answer> {
    const { service, sources, authenticator } = this.#deps;
    const code = (form.get('code') ?? '').slice(0, 20);
    const { client } = sources.of(request);
    try {
      const caller = await authenticator
        .authenticate(`Bearer ${(form.get('token') ?? '').trim()}`)
        .catch((error: unknown) => this.#countGuess(error, client));
      const login = await service.find(code, client);
      const { deviceName, createdAt } = login;
      const ticket = this.#tickets.give({ caller, login });
      const content = { ticket, user: caller.user, deviceName, client: login.client, code };
      return { status: 200, body: confirmPage({ ...content, age: ageOf(createdAt) }) };
    } catch (error) {
      if (!isRigError(error)) throw error;
      return { status: error.httpStatus, body: askPage({ code, problem: describe(error) }) };
    }
  }

  #countGuess(error: unknown, client: string): never {
    const isGuess = isRigError(error) && error.code === 'not_authenticated';
    if (isGuess && this.#deps.failures.note(client) !== undefined) {
      throw new RigError('too_many_failures', 'Too many wrong tokens came from this address.', {
        cause: error,
      });
    }
    throw error;
  }

  async #decide(request: IncomingMessage, form: URLSearchParams): Promise<Answer> {
    const { service, sources, authenticator, onDecided } = this.#deps;
    const ticket = this.#tickets.take(form.get('ticket') ?? '');
    if (ticket === undefined) {
      return { status: 400, body: sorryPage('The page was open too long, or was used already.') };
    }
    const approved = form.get('step') === 'approve';
    const { client } = sources.of(request);
    let failure: RigError | undefined;
    try {
      // The token may have been revoked since it was shown.
      const caller = await authenticator.renew(ticket.caller);
      await service.decideOn(ticket.login, approved ? 'approved' : 'denied', caller);
    } catch (error) {
      if (!isRigError(error)) throw error;
      failure = error;
    }
    await onDecided({ user: ticket.caller.user, approved, client, error: failure });
    if (failure !== undefined) return { status: failure.httpStatus, body: sorryPage(describe(failure)) };
    return { status: 200, body: donePage(approved, ticket.login.deviceName) };
  }

  #sorry(error: unknown): Answer {
    if (isRigError(error)) return { status: error.httpStatus, body: sorryPage(describe(error)) };
    this.#deps.log.error('The login page failed', { error });
    return { status: 500, body: sorryPage('Something failed that the platform did not foresee.') };
  }
}

function describe(error: RigError): string {
  return toErrorDocument(error).message;
}

/**
 * A form is only taken from a page of ours. Without it another site could log somebody's machine in as
 * somebody else. Browsers send at least one of these headers; programs that send neither carry no one's
 * credentials but those they were given.
 */
function refuseOtherSites(
  { host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  publicUrl: URL | undefined,
): void {
  const isOwn =
    publicUrl === undefined ? URL.parse(origin ?? '')?.host === host : origin === publicUrl.origin;
  const foreignOrigin = origin !== undefined && !isOwn;
  if (foreignOrigin || (site !== undefined && site !== 'same-origin')) {
    throw new RigError('not_permitted', 'The form was sent from another site.');
  }
}

function ageOf(createdAt: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(createdAt)) / 1000));
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
