import { accessErrors } from './errors/access.ts';
import { apiErrors } from './errors/api.ts';
import { appsErrors } from './errors/apps.ts';
import { artifactsErrors } from './errors/artifacts.ts';
import { auditErrors } from './errors/audit.ts';
import { authoringErrors } from './errors/authoring.ts';
import { clustersErrors } from './errors/clusters.ts';
import { configErrors } from './errors/config.ts';
import { connectionErrors } from './errors/connection.ts';
import { copyErrors } from './errors/copy.ts';
import { databaseErrors } from './errors/database.ts';
import { deploysErrors } from './errors/deploys.ts';
import { dockerErrors } from './errors/docker.ts';
import { domainsErrors } from './errors/domains.ts';
import type { ErrorEntry } from './errors/entry.ts';
import { forwardErrors } from './errors/forward.ts';
import { generalErrors } from './errors/general.ts';
import { loginErrors } from './errors/login.ts';
import { networksErrors } from './errors/networks.ts';
import { platformErrors } from './errors/platform.ts';
import { pluginsErrors } from './errors/plugins.ts';
import { policiesErrors } from './errors/policies.ts';
import { remoteErrors } from './errors/remote.ts';
import { sourceErrors } from './errors/source.ts';
import { webhooksErrors } from './errors/webhooks.ts';

/**
 * Every error rig knows; a file below `errors/` for each area. A code is permanent: it may be added,
 * never renamed and never reused. `docs/errors.md` lists the same codes; a test compares both.
 */
export const errorRegistry = {
  ...generalErrors,
  ...apiErrors,
  ...accessErrors,
  ...auditErrors,
  ...loginErrors,
  ...connectionErrors,
  ...databaseErrors,
  ...platformErrors,
  ...dockerErrors,
  ...clustersErrors,
  ...sourceErrors,
  ...appsErrors,
  ...networksErrors,
  ...domainsErrors,
  ...configErrors,
  ...deploysErrors,
  ...artifactsErrors,
  ...remoteErrors,
  ...policiesErrors,
  ...forwardErrors,
  ...copyErrors,
  ...pluginsErrors,
  ...authoringErrors,
  ...webhooksErrors,
};

export type ErrorCode = keyof typeof errorRegistry;

/** How an error travels: in an API response body and in a machine-format document. */
export interface ErrorDocument {
  /** A code of {@link errorRegistry}; an unknown one from a newer peer is kept as it is. */
  code: string;
  message: string;
  hint: string;
  exitCode: number;
  requestId?: string;
  details?: Record<string, unknown>;
}

export interface RigErrorOptions {
  hint?: string;
  details?: Record<string, unknown>;
  requestId?: string;
  cause?: unknown;
}

/** Survives several copies of this package in one process, which separately versioned plugins cause. */
const brand = Symbol.for('rig.error');

/** An error with a permanent code, told in the user's words, with the next step. */
export class RigError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: number;
  readonly httpStatus: number;
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, options: RigErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const known: ErrorEntry = errorRegistry[code];
    this.name = 'RigError';
    this.code = code;
    this.hint = options.hint ?? known.hint;
    this.exitCode = known.exitCode;
    this.httpStatus = known.httpStatus;
    this.details = options.details;
    this.requestId = options.requestId;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Rebuilds an error that arrived from the other side. */
  static fromDocument(document: ErrorDocument): RigError {
    const code = document.code in errorRegistry ? (document.code as ErrorCode) : 'unexpected';
    const { hint, details, requestId } = document;
    const error = new RigError(code, document.message, {
      hint,
      ...(details === undefined ? {} : { details }),
      ...(requestId === undefined ? {} : { requestId }),
    });
    return Object.defineProperties(error, {
      code: { value: document.code, enumerable: true },
      exitCode: { value: document.exitCode, enumerable: true },
    });
  }
}

/** Whether a thrown value is rig's own error, from this copy of the package or another. */
export function isRigError(value: unknown): value is RigError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** Any thrown value as the document that is shown or sent; what is not rig's own becomes `unexpected`. */
export function toErrorDocument(value: unknown): ErrorDocument {
  const error = isRigError(value)
    ? value
    : new RigError('unexpected', value instanceof Error ? value.message : String(value));
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    exitCode: error.exitCode,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}
