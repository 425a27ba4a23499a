// Every check that needs no running program, one after the other; all run even if one fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const sources = ['bin', 'src', 'packages', 'plugins', 'test', 'bench', 'scripts', 'examples'];

/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ['format', bin('biome'), ['format', '.']],
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings', ...sources]],
  ['types', bin('tsc'), ['-p', 'tsconfig.check.json']],
  ['types of the pages', bin('tsc'), ['-p', 'packages/web']],
  ['build', bin('tsc'), ['-b']],
  ['bundle', process.execPath, ['scripts/bundle.mjs']],
  ['boundaries', process.execPath, ['scripts/check-boundaries.mjs']],
  ['unused', bin('knip'), ['--no-progress', '--treat-config-hints-as-errors']],
  ['manifests', process.execPath, ['scripts/write-manifests.mjs', '--check']],
  ['schemas', process.execPath, ['scripts/write-schemas.mjs', '--check']],
];

const failed = [];
for (const [name, command, args] of checks) {
  const started = performance.now();
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (result.status === 0) {
    console.log(`ok      ${name} (${seconds} s)`);
    continue;
  }
  failed.push(name);
  console.log(
    `FAILED  ${name} (${seconds} s)\n${result.stdout}${result.stderr}${result.error?.message ?? ''}`,
  );
}
console.log(`checks: ${checks.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
