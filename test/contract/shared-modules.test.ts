import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { repository } from '../support/rig.ts';
import { Sandbox } from './run-rig.ts';

/** A kit that says, by what it exports, that it is not the one of the bundle. */
const kitSource = `
import { Command } from '@oclif/core';
export class RigCommand extends Command {
  static rigAuth = 'none';
  static rigRawOutput = false;
  async catch(error) { throw error; }
}
export const copy = 'its own';`;

const commandSource = `
import { createRequire } from 'node:module';
import { Command, Flags } from '@oclif/core';
import * as kit from '@rig-ops/kit';
import { RigError } from '@rig-ops/contract/errors';
export default class Shares extends kit.RigCommand {
  static rigAuth = 'none';
  static flags = { fail: Flags.boolean() };
  async run() {
    const { flags } = await this.parse(Shares);
    if (flags.fail) throw new RigError('app_exists', 'taken');
    const required = createRequire(import.meta.url)('@oclif/core');
    return { kit: kit.copy ?? 'of the bundle', oclif: this instanceof Command, required: required.Command === Command };
  }
}`;

describe('a plugin gets the modules of the bundle where versions allow', {
  concurrency: 1,
  timeout: 240_000,
}, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const bundled = (
    JSON.parse(readFileSync(join(repository, 'packages/kit/package.json'), 'utf8')) as { version: string }
  ).version;

  /** The plugin of a user that lies outside of rig, with its own kit. */
  function install(name: string, kitVersion: string | undefined): { env: Record<string, string> } {
    const home = join(sandbox.folder, name);
    const root = join(home, 'plugins', 'node_modules', 'plugin-shares');
    mkdirSync(join(root, 'commands'), { recursive: true, mode: 0o700 });
    const oclif = { commands: './commands', bin: 'rig' };
    writeFileSync(
      join(root, 'package.json'),
      JSON.stringify({ name: 'plugin-shares', version: '1.0.0', type: 'module', oclif }),
    );
    writeFileSync(join(root, 'commands', 'shares.js'), commandSource);
    const plugins = [{ name: 'plugin-shares', type: 'user', tag: '1.0.0' }];
    writeFileSync(join(home, 'plugins', 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins } }));
    if (kitVersion === undefined) return { env: { RIG_HOME: home } };
    const kit = join(home, 'plugins', 'node_modules', '@rig-ops', 'kit');
    mkdirSync(kit, { recursive: true });
    const manifest = { name: '@rig-ops/kit', version: kitVersion, type: 'module', exports: './index.js' };
    writeFileSync(join(kit, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(kit, 'index.js'), kitSource);
    return { env: { RIG_HOME: home } };
  }

  const rows: [name: string, kitVersion: string | undefined, kit: string][] = [
    ['none', undefined, 'of the bundle'],
    ['same', bundled, 'of the bundle'],
    ['later', '99.0.0', 'its own'],
  ];
  for (const [name, kitVersion, kit] of rows) {
    test(`with ${name === 'none' ? 'no' : `the ${name} version of the`} kit beside it: ${kit}`, async () => {
      const options = install(name, kitVersion);
      const { stdout, stderr, code } = await sandbox.run(['shares', '--json'], options);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), { kit, oclif: true, required: true });
      const failed = await sandbox.run(['shares', '--fail', '--json'], options);
      assert.equal((JSON.parse(failed.stdout) as { error: { code: string } }).error.code, 'app_exists');
      assert.equal(failed.code, 7);
    });
  }
});
