import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const auditErrors = {
  audit_damaged: entry(
    ExitCode.problemsFound,
    500,
    'The audit log is not as the platform left it.',
    'Run `rig audit verify`, and compare with an export made earlier.',
  ),
  audit_key_mismatch: entry(
    ExitCode.problemsFound,
    409,
    'The audit log is signed with another key than the one it is to be verified with.',
    'Make sure which key is the right one before you trust either.',
  ),
  drain_exists: entry(
    ExitCode.conflict,
    409,
    'There is a drain of that name already.',
    'Choose another name, or remove the old one first.',
  ),
  drain_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no drain of that name.',
    'Run `rig audit drains list`.',
  ),
  drain_failed: entry(
    ExitCode.unreachable,
    502,
    'The receiver of a drain cannot be reached or does not take what it is sent.',
    'Check the URL of the drain, and that its receiver runs.',
  ),
  drain_target_refused: entry(
    ExitCode.notPermitted,
    403,
    'A drain would send to an address of the platform itself or of a private network.',
    'Repeat the command with --allow-private if that is where it is to send.',
  ),
} as const satisfies Record<string, ErrorEntry>;
