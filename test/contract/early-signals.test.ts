import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDocuments } from './outcome-cells.ts';
import { entries, Sandbox } from './run-rig.ts';

const preload = fileURLToPath(new URL('../fixtures/signal-at-start.cjs', import.meta.url));

describe('a signal that comes before the command runs', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  const moments = [
    ['while the core is loaded', 'RIG_TEST_SIGNAL_AT_START', ['--require', preload, ...entries.rig]],
    ["in a plugin's init hook", 'RIG_TEST_SIGNAL_AT_INIT', entries.rig],
    ['while the command is loaded', 'RIG_TEST_SIGNAL_AT_LOAD', entries.rig],
  ] as const;
  for (const [moment, variable, entry] of moments) {
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const run = (...argv: string[]) =>
        sandbox.run(['stranger', 'ends-at-load', ...argv], {
          entry: [...entry],
          env: { [variable]: signal },
        });

      test(`${moment}: ${signal} is quiet in text`, async () => {
        assert.deepEqual(await run(), { code: exitCode, signal: null, stdout: '', stderr: '' });
      });

      for (const format of ['json', 'yaml'] as const) {
        test(`${moment}: ${signal} gives a document in ${format}`, async () => {
          const { code, stdout } = await run('-o', format);
          const [document, ...more] = readDocuments(format, stdout);
          assert.deepEqual([code, document?.error?.code, more], [exitCode, 'interrupted', []]);
          assert.equal(document?.error?.exitCode, exitCode);
        });
      }
    }
  }
});
