import { useState } from 'preact/hooks';
import type { Approval } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { session } from '../../api/session.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Since } from '../../parts/since.tsx';
import { useAnswer } from '../use-answer.ts';

const ASK_EVERY_MS = 5000;

/** Sessions that wait for somebody to let them begin. */
export function Approvals() {
  const { value, again } = useAnswer(() => call('listApprovals', { query: {} }), 'approvals', ASK_EVERY_MS);
  const waiting = (value?.approvals ?? []).filter(({ state }) => state === 'pending');
  if (waiting.length === 0) return null;
  return (
    <section class="card" aria-label="Waiting for approval">
      <header>
        <h2>Waiting for approval</h2>
      </header>
      <ul class="body stack tight">
        {waiting.map((one) => (
          <Waiting key={one.id} one={one} onDecided={again} />
        ))}
      </ul>
    </section>
  );
}

function Waiting({ one, onDecided }: { one: Approval; onDecided: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [words, setWords] = useState('');
  const who = session.value;
  const isOwn = who.state === 'in' && who.user === one.user;
  const decide = async (route: 'approveSession' | 'denySession') => {
    setBusy(true);
    setError(null);
    const reason = words.trim();
    try {
      await call(route, { params: { approval: one.id }, body: reason === '' ? {} : { reason } });
      onDecided();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li class="stack tight">
      <div class="row wrap between">
        <span class="break">
          <b>{one.user}</b> asks for a {one.kind} in {one.target}
          {one.argv.length > 0 && <code> {one.argv.join(' ')}</code>}
          {one.reason !== null && <span class="soft"> because: {one.reason}</span>}{' '}
          <span class="faint small">
            <Since at={one.createdAt} ago />
          </span>
        </span>
        {!isOwn && (
          <span class="row">
            <input
              class="input"
              aria-label="Why, for who asked"
              placeholder="Why (may be empty)"
              maxLength={500}
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
            <button
              type="button"
              class="button small"
              disabled={busy}
              onClick={() => void decide('denySession')}
            >
              Deny
            </button>
            <button
              type="button"
              class="button small primary"
              disabled={busy}
              onClick={() => void decide('approveSession')}
            >
              Approve
            </button>
          </span>
        )}
      </div>
      {error !== null && <ErrorNote error={error} />}
    </li>
  );
}
