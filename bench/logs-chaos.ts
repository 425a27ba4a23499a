import { runChaos } from '../test/support/logs-chaos/run-chaos.ts';
import { User } from '../test/support/rig.ts';

/**
 * The long form of the chaos test: over a million lines, a hundred kills of rigd, three hundred cut connections.
 * Takes about ten minutes, since the supervisor waits longer and longer for a rigd that dies again and again.
 */
export async function benchLogsChaos(): Promise<void> {
  const user = new User();
  try {
    const report = await runChaos(user, {
      producers: 4,
      lines: 260_000,
      perSecond: 500,
      padding: 150,
      kills: 100,
      cuts: 300,
      log: (text) => console.log(`  ${text}`),
    });
    const { lines, kills, cuts, sealed, seconds, followers } = report;
    console.log(
      `\nChaos: ${lines} lines, ${kills} kills of rigd, ${cuts} cut connections, ${sealed} sealed segments, ${seconds} s`,
    );
    for (const { name, expected, seen, losses, difference } of followers) {
      console.log(
        `  ${name.padEnd(8)} ${seen} of ${expected} lines  ${difference ?? 'exactly what was written'}  ${losses}`,
      );
    }
    if (followers.some(({ difference }) => difference !== null)) process.exitCode = 1;
  } finally {
    await user.close();
  }
}
