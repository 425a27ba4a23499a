/** What is shown of an error. */
export interface ErrorWords {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

const WORDLESS = 'Something failed without a word.';

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The words of what was thrown: those of the platform where it answered. */
export function wordsOf(error: unknown): ErrorWords {
  if (typeof error !== 'object' || error === null)
    return { code: null, message: text(error) ?? WORDLESS, hint: null };
  const { code, message, hint } = error as Record<string, unknown>;
  return { code: text(code), message: text(message) ?? WORDLESS, hint: text(hint) };
}
