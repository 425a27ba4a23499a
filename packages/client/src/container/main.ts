import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRigError } from '@rig-ops/contract/errors';
import { prepareContainer } from './prepare-container.ts';

// The entry point of the image runs it before the supervisor: `main.js MODULES` prints the path of its configuration.
const [, , modules = ''] = process.argv;
process.umask(0o077);
try {
  const manifest = join(modules, '@rig-ops', 'cli', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const path = await prepareContainer({ env: process.env, modules, node: process.execPath, version });
  process.stdout.write(`${path}\n`);
} catch (error) {
  const line = isRigError(error) ? `${error.code}: ${error.message} ${error.hint}` : String(error);
  process.stderr.write(`${line}\n`);
  process.exitCode = isRigError(error) ? error.exitCode : 1;
}
