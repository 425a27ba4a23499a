import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const apiErrors = {
  body_too_large: entry(
    ExitCode.invalidInput,
    413,
    'A request body is larger than the platform accepts.',
    'Send less at once.',
  ),
  headers_too_large: entry(
    ExitCode.invalidInput,
    431,
    'The headers of a request are larger than the platform accepts.',
    'Send smaller headers.',
  ),
  malformed_json: entry(
    ExitCode.invalidInput,
    400,
    'A request body is not JSON.',
    'Send a JSON document with content-type application/json.',
  ),
  route_not_found: entry(
    ExitCode.notFound,
    404,
    'The platform has no such route.',
    'See /v1/openapi.json; rig and the platform may differ in version.',
  ),
} as const satisfies Record<string, ErrorEntry>;
