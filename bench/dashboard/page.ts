import { TestBrowser, type Visit } from '../../test/support/browser.ts';
import { median } from '../compare.ts';
import { SeededPlatform } from './seeded-platform.ts';

/** What is read from a page that was loaded into an empty cache, in milliseconds since the navigation began. */
interface Load {
  /** The first app is on the screen. */
  shown: number;
  /** What was typed into the search has left the apps that have it. */
  interactive: number;
  /** Bytes of the answers, as they came over the wire. */
  bytes: number;
}

/** Types a word as soon as there is something to type into, and notes when the table has followed. */
function watchPage({ word, rows }: { word: string; rows: string }): void {
  const times = { shown: 0, interactive: 0 };
  (globalThis as unknown as { loadTimes: typeof times }).loadTimes = times;
  const look = () => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    if (times.shown === 0 && document.querySelector(rows) !== null && field !== null) {
      times.shown = performance.now();
      const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
      value?.set?.call(field, word);
      field.dispatchEvent(new InputEvent('input', { bubbles: true, data: word, inputType: 'insertText' }));
    } else if (times.shown > 0) {
      const left = [...document.querySelectorAll(rows)];
      if (left.length > 0 && left.every((row) => row.textContent?.includes(word))) {
        times.interactive = performance.now();
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function load(visit: Visit, url: string): Promise<Load> {
  const { context } = visit;
  const page = visit.watch(await context.newPage());
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(watchPage, { word: 'billing', rows: 'tbody tr a[href^="#/apps/"]' });
  await page.goto(`${url}/ui/`);
  const times = await page.waitForFunction(() => {
    const { loadTimes } = globalThis as unknown as { loadTimes: { shown: number; interactive: number } };
    return loadTimes.interactive > 0 ? loadTimes : undefined;
  });
  const { shown, interactive } = (await times.jsonValue()) as { shown: number; interactive: number };
  await page.close();
  return { shown, interactive, bytes };
}

/**
 * The overview of a platform with 50 apps and 500 instances, in Chromium, on loopback, into an empty cache: until
 * the first app is on the screen and the search has answered.
 */
export async function benchDashboardPage(rounds: number): Promise<void> {
  const platform = await SeededPlatform.start();
  const browser = await TestBrowser.start();
  try {
    const visit = await browser.logIn(platform);
    // The first one also starts what Chromium starts once.
    await load(visit, platform.url);
    const loads: Load[] = [];
    for (let round = 0; round < rounds; round += 1) loads.push(await load(visit, platform.url));
    const of = (name: keyof Load) => loads.map((each) => each[name]);
    const show = (name: keyof Load, text: string) =>
      console.log(
        `  ${text.padEnd(36)} ${median(of(name)).toFixed(0)} ms, slowest ${Math.max(...of(name)).toFixed(0)} ms`,
      );
    console.log(`Overview in Chromium with 50 apps and 500 instances, ${rounds} loads into an empty cache`);
    show('shown', 'until the first app is shown');
    show('interactive', 'until the search has answered');
    console.log(
      `  ${'over the wire'.padEnd(36)} ${(median(of('bytes')) / 1000).toFixed(0)} kB, figures of the platform included`,
    );
  } finally {
    await browser.close();
    await platform.close();
  }
}
