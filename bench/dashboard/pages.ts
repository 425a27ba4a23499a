import { TestBrowser, type Visit } from '../../test/support/browser.ts';
import { type Case, compare, median, printComparisons } from '../compare.ts';
import { SeededPlatform } from './seeded-platform.ts';

const WATCHED_MS = 20_000;

/** The overview in Chromium with 50 apps and 500 instances: how soon it is there, and what it costs while it is open. */
export async function benchPages(rounds: number): Promise<void> {
  const platform = await SeededPlatform.start({ broken: 3 });
  const browser = await TestBrowser.start();
  try {
    const visit = await browser.logIn(platform);
    const navigation = async (path: string, isThere: () => Promise<unknown>) => {
      await visit.page.goto('about:blank');
      const start = performance.now();
      await visit.page.goto(platform.url + path, { waitUntil: 'commit' });
      await isThere();
      return performance.now() - start;
    };
    const overview: Case = {
      name: 'overview drawn, apps can be clicked',
      measure: () => navigation('/ui/', () => visit.page.getByRole('link', { name: 'stock-5' }).waitFor()),
    };
    const peer: Case = {
      name: 'a JSON document of rigd',
      measure: () => navigation('/v1/version', () => visit.page.getByText('"api"').waitFor()),
    };
    printComparisons(
      `The overview with 50 apps and 500 instances in Chromium, ${rounds} rounds`,
      await compare(peer, [overview], rounds),
    );
    console.log(`  sent for it, compressed, without what is cached: ${await bytesOf(visit)} kB`);
    const busy = [];
    for (let round = 0; round < 3; round += 1) busy.push(await busyShare(visit));
    console.log(`  main thread while it is open: ${(median(busy) * 100).toFixed(1)} % of a core`);
  } finally {
    await browser.close();
    await platform.close();
  }
}

/** Everything that was loaded, the documents of the API aside. */
async function bytesOf(visit: Visit): Promise<number> {
  return await visit.page.evaluate(() => {
    const files = performance
      .getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.startsWith('/ui/'));
    return Math.round(
      files.reduce((sum, file) => sum + (file as PerformanceResourceTiming).encodedBodySize, 0) / 1000,
    );
  });
}

async function busyShare(visit: Visit): Promise<number> {
  const session = await visit.context.newCDPSession(visit.page);
  await session.send('Performance.enable');
  const task = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const before = await task();
  await visit.page.waitForTimeout(WATCHED_MS);
  const share = ((await task()) - before) / (WATCHED_MS / 1000);
  await session.detach();
  return share;
}
