import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const auditErrors = {
  audit_damaged: entry(
    ExitCode.problemsFound,
    500,
    'The audit log is not as the platform left it.',
    'Run `rig audit verify`, and compare with an export made earlier.',
  ),
} as const satisfies Record<string, ErrorEntry>;
