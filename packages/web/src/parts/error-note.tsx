import { wordsOf } from '../logic/error-words.ts';
import { Icon } from './icon.tsx';
import { Typed } from './typed.tsx';

interface ErrorNoteProps {
  readonly error: unknown;
  /** Offered when it makes sense to try again. */
  readonly retry?: () => void;
}

/** What was refused or failed, why, and what to do; read out at once. */
export function ErrorNote({ error, retry }: ErrorNoteProps) {
  const { code, message, hint } = wordsOf(error);
  return (
    <div class="note bad" role="alert">
      <Icon name="bad" />
      <div>
        <p class="break">{message}</p>
        {hint !== null && (
          <p class="fix">
            <Typed text={hint} />
          </p>
        )}
        {code !== null && <code class="faint">{code}</code>}
      </div>
      {retry !== undefined && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
