import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { EngineProblem } from '../../engines/engine.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { type PlaceDeps, requirePlaceOn } from './require-place.ts';

const app = { id: 'app_1', name: 'shop', network: 'team' } as AppRecord;
interface On {
  cluster?: string | null;
  url?: boolean;
}

const requireOn = (problem: EngineProblem | null, { cluster = 'prod', url = true }: On = {}) =>
  requirePlaceOn({
    engines: {
      of: () => ({ capabilities: { fetchesFiles: cluster !== null } }),
      clusterOf: () => cluster,
      problemIn: async () => problem,
    } as unknown as PlaceDeps['engines'],
    requirePodAddress: () => {
      if (!url) throw new RigError('pod_url_missing', 'no');
    },
  });

it('a cluster that is away is told with the code of what would fail', async () => {
  const away = { code: 'cluster_unreachable', message: 'It does not answer.', fix: 'Try it.' } as const;
  await assert.rejects(requireOn(away)(app, true), {
    code: away.code,
    hint: 'Try it.',
  });
  await requireOn(null)(app, true);
});

it('an address is asked for only where instances fetch their files', async () => {
  await assert.rejects(requireOn(null, { url: false })(app, true), { code: 'pod_url_missing' });
  await requireOn(null, { url: false })(app, false);
  await requireOn(null, { url: false, cluster: null })(app, true);
});
