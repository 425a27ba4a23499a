import { User } from '../test/support/rig.ts';
import { summarise } from '../test/support/zero-downtime/judge.ts';
import { type Kill, killUnderLoad, type Program } from '../test/support/zero-downtime/kill-under-load.ts';

const programs: Program[] = ['rigd', 'edge', 'supervisor'];
/** About as long as a deploy of the app takes. */
const LATEST_MS = 3_000;

/** Kills rigd, the edge and the supervisor so often each, at random points of deploys under load. */
export async function benchDeployKills(rounds: number): Promise<void> {
  const user = new User();
  try {
    const kills = Array.from({ length: rounds }, () =>
      programs.map((program): Kill => ({ program, afterMs: Math.round(Math.random() * LATEST_MS) })),
    ).flat();
    const { faults, outcomes, report } = await killUnderLoad(user, kills, (text) => console.log(`  ${text}`));
    const done = outcomes.filter(({ isNew }) => isNew).length;
    console.log(`\n${kills.length} kills; ${done} deploys ended in the new release\n  ${summarise(report)}`);
    for (const fault of faults) console.log(`  FAULT ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await user.close();
  }
}
