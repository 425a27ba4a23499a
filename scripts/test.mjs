// Runs a suite with Node's own test runner and closes with "N passed, N failed".
//   node scripts/test.mjs [--suite main|system|kubernetes] [file …]
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const suites = {
  main: [
    'packages/*/src/**/*.test.ts',
    'plugins/*/src/**/*.test.ts',
    'src/**/*.test.ts',
    'test/{architecture,contract,e2e}/**/*.test.ts',
  ],
  system: ['test/system/**/*.test.ts'],
  // On the cluster that RIG_TEST_KUBECONFIG names: docs/kubernetes.md.
  kubernetes: ['test/kubernetes/**/*.test.ts'],
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: 'string', default: 'main' }, concurrency: { type: 'string', default: '2' } },
});
const patterns = suites[values.suite];
if (patterns === undefined)
  throw new Error(`no suite ${values.suite}; there are ${Object.keys(suites).join(', ')}`);
const files = positionals.length > 0 ? positionals : globSync(patterns).toSorted();
if (values.suite === 'kubernetes') {
  const check = ['--conditions=rig-source', 'test/support/kubernetes/check-cluster.ts'];
  const { status } = spawnSync(process.execPath, check, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
if (files.length === 0) throw new Error(`the suite ${values.suite} has no files`);

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const indent = (text) => text.replaceAll(/^/gm, '    ');

function explain(error) {
  const cause = error?.cause ?? error;
  return indent(cause?.stack ?? String(cause));
}

const started = performance.now();
const stream = run({
  files,
  concurrency: Number(values.concurrency),
  execArgv: ['--conditions=rig-source', '--disable-warning=ExperimentalWarning'],
  timeout: 300_000,
});
stream.on('test:stderr', ({ file, message }) => process.stderr.write(`${relative(root, file)}: ${message}`));
stream.on('test:fail', (event) => {
  if (event.details.type === 'suite') return;
  if (event.details.error?.failureType === 'subtestsFailed') return;
  counts.failed += 1;
  const where = `${relative(root, event.file ?? '')}:${event.line ?? 0}`;
  failures.push(`FAILED  ${event.name}  (${where})\n${explain(event.details.error)}`);
  console.log(`FAILED  ${event.name}  (${where})`);
});
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite' || event.name === event.file) return;
  if (event.skip !== undefined || event.todo !== undefined) {
    counts.skipped += 1;
    console.log(`skipped ${event.name}: ${event.skip ?? event.todo}`);
    return;
  }
  counts.passed += 1;
});
stream.on('test:summary', (event) => {
  if (event.file === undefined) return;
  const seconds = (event.duration_ms / 1000).toFixed(1);
  console.log(
    `${event.success ? 'ok     ' : 'FAILED '} ${relative(root, event.file)} (${event.counts.tests} tests, ${seconds} s)`,
  );
});
for await (const event of stream) void event;

for (const failure of failures) console.log(`\n${failure}`);
console.log(
  `\nsuite ${values.suite}: ${files.length} files, ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
