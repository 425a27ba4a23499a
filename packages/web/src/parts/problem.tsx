import type { Problem as ProblemDocument } from '@rig-ops/contract/resources';
import { hrefOf } from '../logic/route.ts';
import { Icon } from './icon.tsx';
import { Typed } from './typed.tsx';

/** Something that is not all right, what to do about it, and the way to the app it is about. */
export function Problem({ problem }: { problem: ProblemDocument }) {
  return (
    <li class="note warn">
      <Icon name="warn" />
      <div>
        <p class="break">
          {problem.app !== null && <a href={hrefOf('apps', [problem.app])}>{problem.app}</a>}
          {behind(problem.message, problem.app)}
        </p>
        <p class="fix">
          <Typed text={problem.fix} />
        </p>
      </div>
      <code class="faint small">{problem.code}</code>
    </li>
  );
}

/** The message without the name of the app, which stands before it as a link. */
function behind(message: string, app: string | null): string {
  if (app === null) return message;
  return message.startsWith(`${app} `) ? message.slice(app.length) : ` ${message}`;
}
