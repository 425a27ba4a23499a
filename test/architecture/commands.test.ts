import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownCommands } from '../support/own-commands.ts';
import { repository } from '../support/rig.ts';
import { scenarios } from '../contract/commands/scenarios.ts';

/** Where a command's schema is written, by where the command is. */
function sourceOf(command: string): string {
  const words = command.replaceAll(' ', '/');
  const [found] = globSync([`{src,plugins/*/src}/commands/${words}{.ts,/index.ts}`], { cwd: repository });
  return (found ?? `src/commands/${words}.ts`).replace('/commands/', '/schemas/');
}

test('every command has a schema of its result or of its records', () => {
  const missing = ownCommands()
    .filter((command) => !existsSync(join(repository, sourceOf(command))))
    .filter((command) => !existsSync(join(repository, sourceOf(command).replace(/\.ts$/, '/index.ts'))))
    .map((command) => `rig ${command}: write ${sourceOf(command)}`);
  assert.deepEqual(missing, [], 'docs/schemas/README.md says how');
});

test('the contract suite knows how to run every command', () => {
  const missing = ownCommands().filter((command) => !Object.hasOwn(scenarios, command));
  assert.deepEqual(missing, [], 'add how it is run to test/contract/commands/<its plugin>.ts');
});

test('every schema belongs to a command', () => {
  const commands = ownCommands();
  const orphans = globSync('{src,plugins/*/src}/schemas/**/*.ts', { cwd: repository }).filter((file) => {
    const words = file
      .replace(/^.*\/schemas\//, '')
      .replace(/(\/index)?\.ts$/, '')
      .replaceAll('/', ' ');
    return !commands.includes(words);
  });
  assert.deepEqual(orphans, []);
});

test('every command that prints a table lets its user choose columns, order and rows', () => {
  const files = globSync('{src,plugins/*/src}/commands/**/*.ts', {
    cwd: repository,
    exclude: (name) => name.endsWith('.test.ts'),
  });
  const without = files.filter((file) => {
    const text = readFileSync(join(repository, file), 'utf8');
    return text.includes('ui.table(') && !text.includes('tableFlags');
  });
  assert.deepEqual(without, [], 'add ...tableFlags (of @rig-ops/kit) to their flags');
});

test('a command that is about an app takes its name with --app and -a too', () => {
  const manifests = globSync('{oclif.manifest.json,plugins/*/oclif.manifest.json}', { cwd: repository });
  const odd = manifests.flatMap((file) => {
    const { commands } = JSON.parse(readFileSync(join(repository, file), 'utf8')) as {
      commands: Record<string, { args: object; flags: Record<string, { char?: string }> }>;
    };
    return Object.entries(commands)
      .filter(([, { args, flags }]) => 'app' in args || 'app' in flags)
      .filter(([, { flags }]) => flags.app?.char !== 'a')
      .map(([id]) => id);
  });
  assert.deepEqual(odd, [], 'add ...appFlag (of @rig-ops/kit) to their flags');
});
