import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { consoleCommands } from '../support/console-commands.ts';
import { FreshMachine } from '../support/fresh-machine.ts';
import { describe as tell, type Outcome, repository, until } from '../support/rig.ts';

const documentOf = <T>({ stdout }: Outcome) => JSON.parse(stdout) as T;

describe('a plugin, from nothing to published and installed', { concurrency: 1, timeout: 280_000 }, () => {
  let machine: FreshMachine;
  const said = new Map<string, Outcome>();
  const shown = (line: string) => said.get(line) ?? assert.fail(`the page does not have: ${line}`);
  before(async () => {
    machine = await FreshMachine.start();
  });
  after(() => machine.close());

  for (const line of consoleCommands(join(repository, 'docs', 'plugin-authoring.md'))) {
    test(`$ ${line}`, async () => {
      const outcome = await machine.type(line);
      assert.equal(outcome.code, 0, tell([line], outcome));
      said.set(line, outcome);
    });
  }

  test('the page said what it should', () => {
    const empty = { total: 0, statuses: [] };
    assert.deepEqual(documentOf(shown('rig stock summary -o json')), empty);
    assert.match(shown('rig stock summary').stdout, /^STATUS +APPS$/m);
    assert.match(shown('rig schema stock summary').stdout, /total/);
    assert.match(shown('rig plugins list').stdout, /@acme\/rig-plugin-stock +0\.1\.0/);
    const packed = shown('npm pack --dry-run').stderr;
    for (const file of ['oclif.manifest.json', 'dist/schemas.json', 'dist/commands/stock/summary.js'])
      assert.ok(packed.includes(file), `${file} is not packed:\n${packed}`);
  });

  test('nothing but the plugin was installed: rig brings the kit and oclif', () => {
    const installed = globSync('plugins/**/node_modules/{@*/*,[!.@]*}/package.json', {
      cwd: machine.rigHome,
    });
    assert.equal(installed.length, 1, installed.join('\n'));
    assert.match(installed[0] ?? '', /@acme\/rig-plugin-stock\/package\.json$/);
  });

  test('its commands are recorded', () => {
    const records = readFileSync(join(machine.rigHome, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
    const finished = records
      .map((line) => JSON.parse(line) as { phase: string; argv: string[]; context: string; exitCode: number })
      .filter(({ phase, argv }) => phase === 'finish' && argv.join(' ') === 'stock summary -o json');
    assert.equal(finished.length, 2);
    for (const { context, exitCode } of finished) assert.deepEqual([context, exitCode], ['embedded', 0]);
  });

  test('the platform decides who may ask', async () => {
    const { url } = documentOf<{ url: string }>(await machine.type('rig platform status -o json'));
    assert.equal((await fetch(`${url}/ui/`)).status, 200, 'the pages are not among what is installed');
    const env = { RIG_URL: url, RIG_TOKEN: 'rig_of_nobody' };
    const refused = await machine.type('rig stock summary -o json', env);
    assert.equal(refused.code, 4, tell(['stock', 'summary'], refused));
    assert.equal(documentOf<{ error: { code: string } }>(refused).error.code, 'not_authenticated');
  });

  test('its errors have their codes and exit codes, and its words are completed', async () => {
    const failed = await machine.type('rig stock summary nobody- -o json');
    assert.equal(failed.code, 6);
    assert.equal(documentOf<{ error: { code: string } }>(failed).error.code, 'stock_no_such_prefix');
    await until('stock to be completed', async () =>
      (await machine.type("rig __complete fish stock ''")).stdout.includes('summary\t'),
    );
  });

  test('a version for another rig is refused, and the one before stays', async () => {
    await machine.type('npm pkg set version=0.2.0 rig.host=^99');
    const published = await machine.type('npm publish');
    assert.equal(published.code, 0, tell(['npm', 'publish'], published));
    const refused = await machine.type('rig plugins install @acme/rig-plugin-stock@0.2.0 -o json');
    const { error } = documentOf<{ error: { code: string; message: string } }>(refused);
    assert.equal(error.code, 'plugin_needs_other_rig');
    assert.match(error.message, /is for rig \^99; this is rig 0\./);
    assert.equal((await machine.type('rig stock summary')).code, 0);
  });
});
