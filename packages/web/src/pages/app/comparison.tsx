import { call } from '../../api/call.ts';
import { useResource } from '../../data/use-resource.ts';
import { type Change, compareReleases } from '../../logic/compare-releases.ts';
import { count } from '../../logic/format.ts';
import { Waiting } from '../../parts/waiting.tsx';

interface ComparisonProps {
  readonly app: string;
  readonly from: number;
  readonly to: number;
  /** Only what belongs to the code, or to the configuration. */
  readonly part?: 'all' | 'code' | 'config';
}

const signs = { added: '+', removed: '−', changed: '~' } as const;

/** What is different in a release, compared with another one. */
export function Comparison({ app, from, to, part = 'all' }: ComparisonProps) {
  const both = useResource(
    (signal) =>
      Promise.all(
        [from, to].map((version) =>
          call('getReleaseContent', { params: { app, version: String(version) }, signal }),
        ),
      ),
    [app, from, to],
    { everyMs: null },
  );
  return (
    <Waiting of={both} height={90}>
      {([a, b]) => {
        if (a === undefined || b === undefined) return null;
        const { files, processes, variables, settings } = compareReleases(a, b);
        const lists = [
          ...(part === 'config' ? [] : [{ title: 'Files', list: files }]),
          ...(part === 'config' ? [] : [{ title: 'Processes', list: processes }]),
          ...(part === 'code' ? [] : [{ title: 'Variables', list: variables }]),
          ...(part === 'config' ? [] : [{ title: 'Settings', list: settings }]),
        ];
        const none = lists.every(({ list }) => list?.length === 0);
        if (none) return <p class="soft">Nothing: both are made of the same.</p>;
        return (
          <div class="comparison">
            {lists.map(({ title, list }) => (
              <Changes key={title} title={title} list={list} />
            ))}
          </div>
        );
      }}
    </Waiting>
  );
}

const SHOWN = 12;

function Changes({ title, list }: { title: string; list: readonly Change[] | null }) {
  if (list?.length === 0) return null;
  return (
    <div>
      <h4>
        {title} {list !== null && <span class="faint num">{list.length}</span>}
      </h4>
      {list === null ? (
        <p class="soft small">They are not kept any more, so they cannot be compared.</p>
      ) : (
        <ul>
          {list.slice(0, SHOWN).map(({ kind, name, from, to }) => (
            <li key={name} class={`change ${kind}`}>
              <span aria-hidden="true">{signs[kind]}</span>
              <span class="hidden-text">{kind}</span>
              <code class="break">{name}</code>
              {kind === 'changed' && from !== to && from !== null && to !== null && (
                <span class="soft small break">
                  {from} → {to}
                </span>
              )}
            </li>
          ))}
          {list.length > SHOWN && <li class="faint small">and {count(list.length - SHOWN, 'other')}</li>}
        </ul>
      )}
    </div>
  );
}
