import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import { systemClock } from './clock.ts';
import { createLogger } from './logger.ts';

/** Longer than an orderly end takes; afterwards the kernel tidies up. */
const END_WITHIN_MS = 2_000;

const log = createLogger(systemClock, process.stderr);

const endWith = (exitCode: number): void => {
  process.exitCode = exitCode;
  // Lets what is on its way to stderr out, which may be a pipe.
  process.stderr.write('', () => process.exit(exitCode));
};

process.umask(0o077);
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    // State is in the database and instances live elsewhere: starting afresh is safer than going on.
    log.error('rigd ends because of an error it did not foresee', { error });
    endWith(1);
  });
}

const copies = process.argv[2] === '--copy-database';
const rigHome = process.argv[copies ? 3 : 2];
if (rigHome === undefined) {
  process.stderr.write('usage: rigd [--copy-database] <RIG_HOME>\n');
  endWith(2);
} else {
  const layout = platformLayout(rigHome);
  enableCompileCache(join(layout.root, 'cache', 'node'));
  // Imported behind the cache, since rigd should answer again soon after it was killed.
  if (copies) {
    const { copyDatabase } = await import('./copy-database.ts');
    endWith(await copyDatabase(layout));
  } else {
    const { runRigd } = await import('./run-rigd.ts');
    endWith(await runRigd(layout, log, END_WITHIN_MS));
  }
}
