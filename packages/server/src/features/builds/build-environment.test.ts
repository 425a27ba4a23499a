import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import type { Plan, PlanStep } from '../../detectors/plan.ts';
import { buildEnvironment } from './build-environment.ts';

const home = mkdtempSync(join(tmpdir(), 'rig-home-'));
after(() => rmSync(home, { recursive: true, force: true }));

function environmentOf(...argv: string[]): Record<string, string> {
  const step = { name: 'step', phase: 'install', argv, env: {} } as unknown as PlanStep;
  const input = {
    layout: platformLayout(join(home, 'rig')),
    buildId: 'bld_1',
    artifact: join(home, 'artifact'),
    baseEnvironment: { HOME: home, PATH: '/usr/bin', NODE_ENV: 'production' },
    node: process.execPath,
    plan: { root: '.', env: {} } as unknown as Plan,
    config: { TOKEN: 'of the app' },
  };
  return buildEnvironment(input, step);
}

test('a build has a home of its own, and the registries of the user', () => {
  const before = environmentOf('pip', 'install');
  assert.notEqual(before['HOME'], home);
  assert.equal(before['npm_config_userconfig'], join(home, '.npmrc'));
  assert.equal(before['PIP_CONFIG_FILE'], undefined);
  assert.equal(before['TOKEN'], 'of the app');
  assert.equal(before['NODE_ENV'], undefined);
  mkdirSync(join(home, '.config', 'pip'), { recursive: true });
  writeFileSync(join(home, '.config', 'pip', 'pip.conf'), '');
  assert.equal(environmentOf('pip', 'install')['PIP_CONFIG_FILE'], join(home, '.config', 'pip', 'pip.conf'));
});

test('pnpm is told to copy, and npm is not told what it does not know', () => {
  assert.equal(environmentOf('sh', '-c', 'pnpm install')['npm_config_package_import_method'], 'copy');
  assert.equal(environmentOf('npm', 'ci')['npm_config_package_import_method'], undefined);
});
