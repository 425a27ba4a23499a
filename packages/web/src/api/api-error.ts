/** What the platform says about a request that failed, or what is said where it says nothing. */
export class ApiError extends Error {
  /** Permanent; `docs/errors.md` lists them. */
  readonly code: string;
  readonly hint: string | null;
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;

  constructor(
    { code, message, hint = null, details = {}, requestId = null }: ErrorParts,
    status: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.hint = hint;
    this.status = status;
    this.details = details;
    this.requestId = requestId;
  }
}

export interface ErrorParts {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId?: string | null;
}

export const isApiError = (value: unknown): value is ApiError => value instanceof ApiError;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Reads the body of an answer that is no success; it may come from something in between. */
export function readApiError(body: unknown, status: number): ApiError {
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error) || typeof error.code !== 'string' || typeof error.message !== 'string') {
    return new ApiError(
      { code: 'unexpected', message: `The answer is not one of the platform (status ${status}).` },
      status,
    );
  }
  const { code, message, hint, details, requestId } = error;
  return new ApiError(
    {
      code,
      message,
      hint: typeof hint === 'string' ? hint : null,
      details: isObject(details) ? details : {},
      requestId: typeof requestId === 'string' ? requestId : null,
    },
    status,
  );
}
