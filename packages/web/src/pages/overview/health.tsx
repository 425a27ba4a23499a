import { useSignal } from '@preact/signals';
import type { Status } from '@rig-ops/contract/resources';
import { count } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Problem } from '../../parts/problem.tsx';

/** So many are shown before somebody asks for all. */
const SHOWN = 5;

/** Whether everything is all right, and if not, what is not and what to do. */
export function Health({ status }: { status: Status }) {
  const { problems, apps } = status;
  const all = useSignal(false);
  const shown = all.value ? problems : problems.slice(0, SHOWN);
  return (
    <section aria-label="Health">
      <p class="hidden-text" role="status">
        {problems.length === 0 ? 'Everything is all right.' : `${count(problems.length, 'problem')}.`}
      </p>
      {problems.length === 0 ? (
        <div class="note good">
          <Icon name="good" />
          <p>
            <b>Everything is all right.</b>{' '}
            <span class="soft">
              {apps.length === 0 ? 'Nothing runs here yet.' : `${count(apps.length, 'app')}, and no problem.`}
            </span>
          </p>
        </div>
      ) : (
        <ul class="stack tight">
          {shown.map((problem) => (
            <Problem key={`${problem.code} ${problem.app} ${problem.message}`} problem={problem} />
          ))}
          {problems.length > SHOWN && (
            <li>
              <Button
                small
                onClick={() => {
                  all.value = !all.value;
                }}
              >
                {all.value ? `The first ${SHOWN} alone` : `All ${problems.length} problems`}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
