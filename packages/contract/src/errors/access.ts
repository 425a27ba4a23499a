import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const accessErrors = {
  not_authenticated: entry(
    ExitCode.notAuthenticated,
    401,
    'No credentials were given, or the platform does not know them.',
    'Check RIG_TOKEN or the context: `rig context list`.',
  ),
  token_expired: entry(
    ExitCode.notAuthenticated,
    401,
    'The token was valid once and has expired.',
    'Run `rig login`, or set RIG_TOKEN to a new token.',
  ),
  token_revoked: entry(
    ExitCode.notAuthenticated,
    401,
    'The token was valid once and has been revoked.',
    'Run `rig login`, or set RIG_TOKEN to a new token.',
  ),
  user_disabled: entry(
    ExitCode.notAuthenticated,
    401,
    'The user the token belongs to is disabled.',
    'Ask an administrator of the platform.',
  ),
  too_many_failures: entry(
    ExitCode.notAuthenticated,
    429,
    'Too many wrong tokens came from this address; a right one is still taken.',
    'Correct the token, or wait a minute.',
  ),
  not_permitted: entry(
    ExitCode.notPermitted,
    403,
    'The credentials do not allow this.',
    'Ask an administrator of the platform.',
  ),
  role_not_isolated: entry(
    ExitCode.notPermitted,
    409,
    'The role runs code, and here apps are isolated neither from one another nor from the platform.',
    'Grant it on the whole platform if you trust the user with all of it, or grant viewer; `rig doctor` says why.',
  ),
  tls_required: entry(
    ExitCode.invalidInput,
    400,
    'The platform was to listen beyond loopback without TLS, where tokens could be read on the way.',
    'Add --tls-cert and --tls-key, or --insecure if what is between is trusted.',
  ),
  owner_stays_admin: entry(
    ExitCode.conflict,
    409,
    'The owner of the platform cannot be disabled or removed, and stays its administrator.',
    'Change another user.',
  ),
  user_not_found: entry(ExitCode.notFound, 404, 'There is no such user.', 'Run `rig users list`.'),
  user_exists: entry(ExitCode.conflict, 409, 'There is a user of that name already.', 'Choose another name.'),
  token_not_found: entry(ExitCode.notFound, 404, 'There is no such token.', 'Run `rig tokens list`.'),
  binding_not_found: entry(
    ExitCode.notFound,
    404,
    'The user does not have that role there.',
    'Run `rig access list`.',
  ),
  network_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no such network.',
    'Run `rig networks list` for the networks there are.',
  ),
  context_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no context of that name.',
    'Run `rig context list`.',
  ),
  context_exists: entry(
    ExitCode.conflict,
    409,
    'There is a context of that name already.',
    'Choose another name or remove the old one first.',
  ),
} as const satisfies Record<string, ErrorEntry>;
