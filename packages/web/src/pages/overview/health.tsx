import type { Status } from '@rig-ops/contract/resources';
import { count } from '../../logic/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { Problem } from '../../parts/problem.tsx';

/** Whether everything is all right, and if not, what is not and what to do. */
export function Health({ status }: { status: Status }) {
  const { problems, apps } = status;
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
          {problems.map((problem) => (
            <Problem key={`${problem.code} ${problem.app} ${problem.message}`} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  );
}
