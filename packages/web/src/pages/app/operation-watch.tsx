import { forgetOperation, type WatchedOperation } from '../../data/operations.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';

/** A restart or scaling while it goes on, and why it failed. */
export function OperationWatch({ operation }: { operation: WatchedOperation }) {
  const { id, title, failure } = operation;
  return (
    <section class="card" aria-label={title}>
      <header>
        <div class="row wrap">
          <h2>{title}</h2>
          <span role="status">
            <Badge tone={failure === null ? 'busy' : 'bad'}>
              {failure === null ? 'under way' : 'failed'}
            </Badge>
          </span>
        </div>
        {failure !== null && (
          <Button small look="bare" onClick={() => forgetOperation(id)}>
            Dismiss
          </Button>
        )}
      </header>
      {failure !== null && (
        <div class="body">
          <ErrorNote error={failure} />
        </div>
      )}
    </section>
  );
}
