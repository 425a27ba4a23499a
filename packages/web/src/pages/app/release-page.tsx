import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { mayInApp } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import { formatMoment } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { ReleaseState } from '../../parts/release-state.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Comparison } from './comparison.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

/** One release: what it is made of, and what it changed. */
export function ReleasePage({ app, version }: { app: AppDetails; version: string }) {
  const { name, release: live } = app;
  const rollingBack = useSignal(false);
  const comparedWith = useSignal<string>('');
  const release = useResource(
    (signal) => call('getRelease', { params: { app: name, version }, signal }),
    [name, version, live],
    { everyMs: null },
  );
  const others = useResource(
    (signal) => call('listReleases', { params: { app: name }, query: { limit: 100 }, signal }),
    [name, live],
    { everyMs: null },
  );
  const older = others.data.value?.releases.filter((other) => String(other.version) !== version) ?? [];
  return (
    <div class="stack">
      <p class="small">
        <a href={hrefOf('apps', [name, 'releases'])}>All releases of {name}</a>
      </p>
      <Waiting of={release} height={260}>
        {(document) => {
          const { git } = document.source ?? { git: null };
          const before = older.find((other) => other.version < document.version);
          const from = comparedWith.value === '' ? before?.version : Number(comparedWith.value);
          return (
            <>
              <Card
                title={`Release v${document.version}`}
                tools={
                  <span class="row">
                    <ReleaseState status={document.status} />
                    {document.status === 'superseded' && mayInApp('app.deploy', name) && (
                      <Button small icon="back" onClick={() => (rollingBack.value = true)}>
                        Roll back to it
                      </Button>
                    )}
                  </span>
                }
              >
                <dl class="pairs">
                  <dt>Made</dt>
                  <dd class="num">
                    {formatMoment(document.createdAt)} by {document.createdBy}
                  </dd>
                  {document.tags.length > 0 && (
                    <>
                      <dt>Tags</dt>
                      <dd>{document.tags.join(', ')}</dd>
                    </>
                  )}
                  {document.message !== null && (
                    <>
                      <dt>Message</dt>
                      <dd>{document.message}</dd>
                    </>
                  )}
                  {document.rollbackOf !== null && (
                    <>
                      <dt>Rollback of</dt>
                      <dd class="num">
                        v{document.rollbackOf}
                        {document.rollbackOnly !== null && `, ${document.rollbackOnly} only`}
                      </dd>
                    </>
                  )}
                  {git !== null && (
                    <>
                      <dt>Commit</dt>
                      <dd>
                        <code>{git.commit.slice(0, 12)}</code> {git.subject}{' '}
                        <span class="soft">
                          {git.author}
                          {git.branch !== null && ` on ${git.branch}`}
                          {git.dirty && ', with changes that are not in it'}
                        </span>
                      </dd>
                    </>
                  )}
                  <dt>Build</dt>
                  <dd>
                    <a href={hrefOf('logs', ['build', document.buildId])}>{document.buildId}</a>{' '}
                    <span class="soft">{document.detector}</span>
                  </dd>
                  {document.rollout !== null && (
                    <>
                      <dt>Rollout</dt>
                      <dd>
                        {document.rollout.strategy}
                        {document.rollout.outcome !== null && <p class="soft">{document.rollout.outcome}</p>}
                      </dd>
                    </>
                  )}
                  {document.failure !== null && (
                    <>
                      <dt>Failure</dt>
                      <dd class="break">{document.failure}</dd>
                    </>
                  )}
                  <dt>Processes</dt>
                  <dd>
                    <ul>
                      {document.processes.map((process) => (
                        <li key={process.name}>
                          {process.name} <span class="soft num">× {process.instances}</span>{' '}
                          <code class="break faint">{process.command.join(' ')}</code>
                        </li>
                      ))}
                    </ul>
                  </dd>
                </dl>
              </Card>
              {mayInApp('config.read', name) && from !== undefined && (
                <Card
                  title="What it changed"
                  tools={
                    <label class="row small">
                      <span class="soft">compared with</span>
                      <select
                        class="input"
                        value={String(from)}
                        onChange={(event) => {
                          comparedWith.value = event.currentTarget.value;
                        }}
                      >
                        {older.map((other) => (
                          <option key={other.version} value={String(other.version)}>
                            v{other.version}
                          </option>
                        ))}
                      </select>
                    </label>
                  }
                >
                  <Comparison key={from} app={name} from={from} to={document.version} />
                </Card>
              )}
              {rollingBack.value && (
                <RollbackDialog
                  app={app}
                  to={document.version}
                  onClose={() => {
                    rollingBack.value = false;
                  }}
                />
              )}
            </>
          );
        }}
      </Waiting>
    </div>
  );
}
