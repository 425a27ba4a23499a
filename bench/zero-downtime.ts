import { User } from '../test/support/rig.ts';
import { summarise } from '../test/support/zero-downtime/judge.ts';
import { proveZeroDowntime } from '../test/support/zero-downtime/prove.ts';

/** So many deploys and as many rollbacks under load; fails if anything a client sees fails. */
export async function benchZeroDowntime(rounds: number): Promise<void> {
  const user = new User();
  try {
    const started = performance.now();
    const { report, faults } = await proveZeroDowntime(user, {
      deploys: rounds,
      rollbacks: rounds,
      drainSeconds: 3,
      log: (text) => console.log(`  ${text}`),
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`\n${rounds} deploys and ${rounds} rollbacks in ${seconds} s\n  ${summarise(report)}`);
    for (const fault of faults) console.log(`  FAULT ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await user.close();
  }
}
