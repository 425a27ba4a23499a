import { USER_NAME_PATTERN } from '@rig-ops/contract/access';
import { type ErrorCode, RigError } from '@rig-ops/contract/errors';
import { NAME_PATTERN, TAG_PATTERN } from '@rig-ops/contract/resources';
import { ID_PATTERN } from '../ids.ts';

interface ParamRule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: (value: string) => string;
}

const DIGEST: Pick<ParamRule, 'pattern' | 'code'> = { pattern: /^[0-9a-f]{64}$/, code: 'invalid_input' };

/** Every parameter a path can have. Values reach file names, so nothing unchecked gets through. */
const rules: Readonly<Record<string, ParamRule>> = {
  app: {
    pattern: new RegExp(NAME_PATTERN),
    code: 'invalid_name',
    message: (value) => `${value} is not a name of an app.`,
  },
  bundle: { ...DIGEST, message: (value) => `${value} is not an id of a bundle, 64 hex digits.` },
  pack: { ...DIGEST, message: (value) => `${value} is not an id of a pack, 64 hex digits.` },
  deploy: {
    pattern: ID_PATTERN,
    code: 'deploy_not_found',
    message: (value) => `There is no deploy ${value}.`,
  },
  build: { pattern: ID_PATTERN, code: 'build_not_found', message: (value) => `There is no build ${value}.` },
  event: {
    pattern: /^\d{1,15}$/,
    code: 'invalid_input',
    message: (value) => `${value} is no number of an event.`,
  },
  user: {
    pattern: new RegExp(USER_NAME_PATTERN),
    code: 'invalid_input',
    message: (value) => `${value} cannot be the name of a user.`,
  },
  session: {
    pattern: ID_PATTERN,
    code: 'session_not_found',
    message: (value) => `There is no session ${value}.`,
  },
  token: { pattern: ID_PATTERN, code: 'token_not_found', message: (value) => `There is no token ${value}.` },
  login: {
    pattern: ID_PATTERN,
    code: 'not_found',
    message: (value) => `There is no login ${value} of a browser.`,
  },
  browser: {
    pattern: ID_PATTERN,
    code: 'browser_session_not_found',
    message: (value) => `There is no session ${value} of a browser.`,
  },
  approval: {
    pattern: ID_PATTERN,
    code: 'approval_not_found',
    message: (value) => `There is no request ${value} for approval.`,
  },
  code: {
    pattern: /^[A-Za-z0-9 -]{1,20}$/,
    code: 'login_code_unknown',
    message: (value) => `${value} is not a code of a login.`,
  },
  drain: {
    pattern: new RegExp(NAME_PATTERN),
    code: 'invalid_name',
    message: (value) => `${value} is not a name of a drain.`,
  },
  webhook: {
    pattern: new RegExp(NAME_PATTERN),
    code: 'invalid_name',
    message: (value) => `${value} is not a name of a webhook.`,
  },
  delivery: {
    pattern: ID_PATTERN,
    code: 'webhook_delivery_not_found',
    message: (value) => `There is no delivery ${value}.`,
  },
  network: {
    pattern: new RegExp(NAME_PATTERN),
    code: 'invalid_name',
    message: (value) => `${value} is not a name of a network.`,
  },
  version: {
    pattern: new RegExp(`^[1-9][0-9]{0,8}$|${TAG_PATTERN}`),
    code: 'release_not_found',
    message: (value) => `There is no release ${value}; releases are numbered 1, 2, ….`,
  },
  tag: {
    pattern: new RegExp(TAG_PATTERN),
    code: 'invalid_input',
    message: (value) =>
      `${value} cannot be a tag: letters, digits, dots, hyphens and underscores, and not what looks like a version.`,
  },
};

/**
 * @throws RigError `invalid_name`, `invalid_input` or a `…_not_found`, by the parameter
 */
export function checkParams(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    const rule = rules[name];
    if (rule === undefined) throw new Error(`No rule for the path parameter ${name}`);
    if (!rule.pattern.test(value)) throw new RigError(rule.code, rule.message(JSON.stringify(value)));
  }
}
