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
} as const satisfies Record<string, ErrorEntry>;
