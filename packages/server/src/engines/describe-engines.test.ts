import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { describeEngines } from './describe-engines.ts';
import { engines } from './registry.ts';

// What is there without anything said comes first.
const rank = ({ name }: { name: string }) => (name === 'process' ? 0 : 1);

it('docs/engines.md has the promises of the engines as they are declared', async () => {
  const layout = platformLayout('/nowhere');
  const all = Object.values(engines).map((make) => make(layout));
  const table = describeEngines(
    all.toSorted((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name)),
  );
  const page = await readFile(new URL('../../../../docs/engines.md', import.meta.url), 'utf8');
  const [, shown] = /<!-- promises -->\n+([^]*?)\n+<!-- \/promises -->/.exec(page) ?? [];
  assert.equal(shown, table);
});
