import { type Case, compare, printComparisons } from '../compare.ts';
import { rigEntry, timeProcess } from '../platform.ts';
import { SeededPlatform } from './seeded-platform.ts';

/** `rig status` of a platform with 50 apps and 500 instances, against an empty Node process. */
export async function benchStatus(rounds: number): Promise<void> {
  const platform = await SeededPlatform.start();
  try {
    const slowest = new Map<string, number>();
    const rig = (...args: string[]): Case => {
      const name = `rig ${args.join(' ')}`;
      return {
        name,
        async measure() {
          const ms = await timeProcess(process.execPath, [rigEntry, ...args], platform.environment);
          slowest.set(name, Math.max(slowest.get(name) ?? 0, ms));
          return ms;
        },
      };
    };
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    const cases = [rig('status'), rig('status', '-o', 'json'), rig('apps', 'list')];
    printComparisons(
      `rig status with 50 apps and 500 instances, ${rounds} rounds, × node -e 0`,
      await compare(peer, cases, rounds),
    );
    for (const [name, ms] of slowest) console.log(`  slowest ${name}: ${ms.toFixed(0)} ms`);
  } finally {
    await platform.close();
  }
}
