import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Logger } from '../../logger.ts';
import type { RequestSources } from '../../http/request-source.ts';
import { baseUrlOf } from './base-url.ts';
import { type LoginService, type PollAnswer, TOKEN_VALID_MS } from './login-service.ts';
import { LOGIN_PATH } from './page/login-page.ts';
import { readForm } from './read-form.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEVICE_PATH = '/oauth/device_authorization';
const TOKEN_PATH = '/oauth/token';
const METADATA_PATH = '/.well-known/oauth-authorization-server';

export interface OAuthDeps {
  readonly service: LoginService;
  readonly sources: RequestSources;
  readonly log: Logger;
  /** Called when a token was issued. */
  readonly onIssued: (login: { user: string; tokenId: string; client: string }) => Promise<void>;
}

type Handler = (request: IncomingMessage, deps: OAuthDeps) => Promise<{ status: number; body: object }>;

/** An answer that is no success, as OAuth wants it (RFC 6749, 5.2). */
const refuse = (error: string, text: string, status = 400) => ({
  status,
  body: { error, error_description: text },
});

const authorizeDevice: Handler = async (request, { service, sources }) => {
  const form = await readForm(request);
  if (!form.get('client_id')) return refuse('invalid_request', 'client_id is missing.');
  const login = await service.request({
    deviceName: form.get('device_name') ?? '',
    client: sources.of(request).client,
  });
  const page = baseUrlOf(request) + LOGIN_PATH;
  return {
    status: 200,
    body: {
      device_code: login.deviceCode,
      user_code: login.userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?code=${login.userCode}`,
      expires_in: login.expiresIn,
      interval: login.interval,
    },
  };
};

/** How a poll that brings no token is answered (RFC 8628, 3.5). */
const refusals: Readonly<Record<Exclude<PollAnswer['state'], 'issued'>, [error: string, text: string]>> = {
  pending: ['authorization_pending', 'Nobody has approved the login yet.'],
  slow_down: ['slow_down', 'Ask less often.'],
  denied: ['access_denied', 'The login was refused.'],
  expired: ['expired_token', 'The code has expired.'],
  unknown: ['invalid_grant', 'No login has that device code, or its token was issued already.'],
};

const issueToken: Handler = async (request, { service, sources, onIssued }) => {
  const form = await readForm(request);
  if (form.get('grant_type') !== DEVICE_GRANT) {
    return refuse('unsupported_grant_type', `The grant type is ${DEVICE_GRANT}.`);
  }
  const deviceCode = form.get('device_code');
  if (!deviceCode) return refuse('invalid_request', 'device_code is missing.');
  const answer = await service.poll(deviceCode);
  if (answer.state !== 'issued') return refuse(...refusals[answer.state]);
  const { user, tokenId, secret } = answer;
  await onIssued({ user, tokenId, client: sources.of(request).client });
  const expiresIn = TOKEN_VALID_MS / 1000;
  return { status: 200, body: { access_token: secret, token_type: 'Bearer', expires_in: expiresIn } };
};

/** What a client can find out by itself (RFC 8414). */
const describeServer: Handler = async (request) => {
  const issuer = baseUrlOf(request);
  return {
    status: 200,
    body: {
      issuer,
      device_authorization_endpoint: issuer + DEVICE_PATH,
      token_endpoint: issuer + TOKEN_PATH,
      grant_types_supported: [DEVICE_GRANT],
      token_endpoint_auth_methods_supported: ['none'],
      response_types_supported: [],
    },
  };
};

const endpoints: Readonly<Record<string, { method: string; handle: Handler }>> = {
  [DEVICE_PATH]: { method: 'POST', handle: authorizeDevice },
  [TOKEN_PATH]: { method: 'POST', handle: issueToken },
  [METADATA_PATH]: { method: 'GET', handle: describeServer },
};

/**
 * The endpoints of the device authorization grant (RFC 8628). They speak OAuth and not the API's own
 * language, so that any client of it can log in. False when the path is none of them.
 */
export async function serveOAuth(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  deps: OAuthDeps,
): Promise<boolean> {
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (endpoint === undefined) return false;
  const { status, body } =
    request.method === endpoint.method
      ? await endpoint.handle(request, deps).catch((error: unknown) => toRefusal(error, deps.log))
      : refuse('invalid_request', `The method is ${endpoint.method}.`, 405);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(body));
  return true;
}

function toRefusal(error: unknown, log: Logger): { status: number; body: object } {
  if (!isRigError(error)) log.error('A login could not be served', { error });
  const { code, message } = toErrorDocument(error);
  if (code === 'login_attempts_exceeded') return refuse('slow_down', message, 429);
  return isRigError(error)
    ? refuse('invalid_request', message, error.httpStatus)
    : refuse('server_error', 'Something failed that rigd did not foresee.', 500);
}
