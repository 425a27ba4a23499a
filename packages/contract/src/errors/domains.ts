import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const domainsErrors = {
  invalid_domain: entry(
    ExitCode.invalidInput,
    422,
    'What was given is no host name that an app can have.',
    'Give a name as shop.example.com: without scheme, port and path.',
  ),
  domain_taken: entry(
    ExitCode.conflict,
    409,
    'The host name belongs to another app.',
    'Choose another one, or take it from that app: `rig apps domains remove`.',
  ),
  domain_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such host name.',
    'Run `rig apps domains list` for those it has.',
  ),
} as const satisfies Record<string, ErrorEntry>;
