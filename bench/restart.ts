import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformRecord } from '@rig-ops/contract/supervisor';
import { compare, printComparisons } from './compare.ts';
import { BenchPlatform, timeProcess } from './platform.ts';

/** Behind this much uptime the supervisor takes a death for the first again, in milliseconds. */
const SETTLED_MS = 11_000;

const answers = (url: string) =>
  fetch(`${url}/v1/version`).then(
    (response) => response.ok,
    () => false,
  );

/** kill -9 of rigd until another one answers, against an empty Node process. */
export async function benchRestart(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  const record = () =>
    JSON.parse(
      readFileSync(join(platform.environment.RIG_HOME, 'platform', 'platform.json'), 'utf8'),
    ) as PlatformRecord;
  try {
    await platform.rig('platform', 'start');
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    const restart = {
      name: 'kill -9 of rigd until it answers',
      measure: async () => {
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        const { pid, url } = record();
        const started = performance.now();
        process.kill(pid, 'SIGKILL');
        while (!((await answers(url)) && record().pid !== pid)) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return performance.now() - started;
      },
    };
    printComparisons(`Restart of rigd, ${rounds} rounds`, await compare(peer, [restart], rounds));
  } finally {
    await platform.close();
  }
}
