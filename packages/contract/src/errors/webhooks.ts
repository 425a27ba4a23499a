import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const webhooksErrors = {
  webhook_exists: entry(
    ExitCode.conflict,
    409,
    'There is a webhook of that name already.',
    'Choose another name, or remove the old one first.',
  ),
  webhook_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no webhook of that name.',
    'Run `rig webhooks list`.',
  ),
  webhook_delivery_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no delivery of that id, or none any more.',
    'Run `rig webhooks deliveries NAME`.',
  ),
  webhook_failed: entry(
    ExitCode.unreachable,
    502,
    'The receiver of a webhook cannot be reached or does not take a message.',
    'Check the URL of the webhook, and what its receiver says in its own log.',
  ),
  webhook_target_refused: entry(
    ExitCode.notPermitted,
    403,
    'A webhook would send to an address of the platform itself or of a private network.',
    'Repeat the command with --allow-private if that is where it is to send.',
  ),
} as const satisfies Record<string, ErrorEntry>;
