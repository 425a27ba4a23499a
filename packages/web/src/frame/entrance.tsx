import type { ComponentChildren } from 'preact';
import { session } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';

/** Lets those in who are logged in, and tells the others how they get there. */
export function Entrance({ children }: { children: ComponentChildren }) {
  const who = session.value;
  if (who.state === 'in') return <>{children}</>;
  return (
    <main class="entrance">
      {who.state === 'unknown' && <p role="status">One moment…</p>}
      {who.state === 'unreachable' && (
        <Empty icon="bad" title="The platform does not answer" heading>
          It is asked again until it does. <code>rig platform status</code> says whether it runs.
        </Empty>
      )}
      {who.state === 'out' && (
        <Empty icon="bad" title="You are not logged in" heading>
          {who.error !== null && <span role="alert">{who.error.message} </span>}
          Run <code>rig status dashboard --web</code> in a terminal: it logs this browser in, without a
          password.
        </Empty>
      )}
      {who.state === 'choosing' && (
        <Empty
          icon="bad"
          title={`This browser is logged in as ${who.user}`}
          heading
          action={
            <p class="choice">
              <Button onClick={() => void who.stay()}>Stay {who.user}</Button>
              <Button look="primary" onClick={() => void who.replace()}>
                Go on as {who.other}
              </Button>
            </p>
          }
        >
          The link you opened is one of {who.other}. If you did not ask for it, stay.
        </Empty>
      )}
    </main>
  );
}
