import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { ClusterRequest } from './cluster-connection.ts';
import type { ClusterObject } from './resources.ts';
import { type WatchEvent, watchObjects } from './watch-objects.ts';

const pod = (name: string, resourceVersion: string): ClusterObject => ({
  metadata: { name, resourceVersion },
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const away = () => new RigError('cluster_unreachable', 'It does not answer.');
const gone = line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });

/** What the server answers to one question after another; the last one is open for good. */
function watching(answers: (string | RigError)[], lists: ClusterObject[][]) {
  const asked: string[] = [];
  let listed = 0;
  const ended = new AbortController();
  const events = watchObjects<ClusterObject>(
    {
      connection: {
        server: 'https://a',
        stream: async ({ query = {}, signal }: ClusterRequest) => {
          asked.push(String(query['resourceVersion']));
          const answer = answers.shift();
          if (answer instanceof RigError) throw answer;
          const body = new PassThrough();
          signal?.addEventListener('abort', () => body.destroy());
          if (answer !== undefined) body.end(answer);
          return body as unknown as IncomingMessage;
        },
      },
      list: async () => {
        listed += 1;
        return { items: lists[Math.min(listed, lists.length) - 1] ?? [], version: `list-${listed}` };
      },
      path: async () => '/api/v1/pods',
      query: {},
    },
    ended.signal,
  );
  return { asked, ended, events };
}

async function take(events: AsyncIterable<WatchEvent<ClusterObject>>, count: number): Promise<string[]> {
  const told: string[] = [];
  for await (const event of events) {
    if (event.type === 'listed') told.push(`listed ${event.items.map((each) => each.metadata?.name).join()}`);
    else if (event.type === 'away') told.push(`away ${event.error.code}`);
    else told.push(`${event.type} ${event.item.metadata?.name}`);
    if (told.length === count) break;
  }
  return told;
}

it('goes on behind what was told last, be it by a bookmark', async (t) => {
  const { asked, ended, events } = watching(
    [
      line('ADDED', pod('a', '7')) + line('BOOKMARK', pod('', '9')),
      line('MODIFIED', pod('a', '11')),
      line('DELETED', pod('a', '12')),
    ],
    [[]],
  );
  t.after(() => ended.abort());
  assert.deepEqual(await take(events, 4), ['listed ', 'changed a', 'changed a', 'removed a']);
  assert.deepEqual(asked, ['list-1', '9', '11']);
});

it('what is too long ago is listed anew, once: as an answer, and in the middle of one', async (t) => {
  const { asked, ended, events } = watching(
    [
      line('ADDED', pod('a', '7')) + gone,
      new RigError('cluster_expired', 'too old'),
      line('ADDED', pod('d', '30')),
    ],
    [[pod('x', '1')], [pod('b', '20')], [pod('c', '25')]],
  );
  t.after(() => ended.abort());
  assert.deepEqual(await take(events, 5), ['listed x', 'changed a', 'listed b', 'listed c', 'changed d']);
  assert.deepEqual(asked, ['list-1', 'list-2', 'list-3']);
});

it('an API server that is away is told once, and nothing is listed again for it', async (t) => {
  const { asked, ended, events } = watching(
    [line('ADDED', pod('a', '7')), away(), away(), line('ADDED', pod('b', '8'))],
    [[]],
  );
  t.after(() => ended.abort());
  assert.deepEqual(await take(events, 4), ['listed ', 'changed a', 'away cluster_unreachable', 'changed b']);
  assert.deepEqual(asked, ['list-1', '7', '7', '7']);
});

it('a storm is taken as fast as it is read, and in its order', async (t) => {
  const many = 20_000;
  const storm = Array.from({ length: many }, (_, index) =>
    line('MODIFIED', pod(`p${index}`, String(index))),
  ).join('');
  const { ended, events } = watching([storm], [[]]);
  t.after(() => ended.abort());
  const told = await take(events, many + 1);
  assert.deepEqual([told.at(1), told.at(-1)], ['changed p0', `changed p${many - 1}`]);
});
