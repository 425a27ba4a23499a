import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BrowserLogin } from '@rig-ops/contract/resources';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How people look at the pages. */
const sizes = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1024, height: 720 },
  phone: { width: 360, height: 740 },
} as const;

export type Size = keyof typeof sizes;
type Scheme = 'light' | 'dark';

export interface LookOptions {
  size?: Size | { width: number; height: number };
  scheme?: Scheme;
  reducedMotion?: boolean;
}

/** Where a platform is, and what shows who asks. */
export interface PlatformAccess {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  token: string;
}

/**
 * Debian's Chromium without a window. Start one per file of tests, in `before`; close it in `after`. Every page
 * that is opened is watched: a violation of the content security policy, an error on the console or an exception
 * nobody caught makes `close` fail, unless the test has said that it will come.
 */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #visits: Visit[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(args: readonly string[] = []): Promise<TestBrowser> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      // As root it has no sandbox of its own; containers often have a small /dev/shm.
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...args],
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    return new TestBrowser(browser);
  }

  /** Someone with an empty browser of their own, at a page that shows nothing yet. */
  async visit(options: LookOptions & { ignoreHTTPSErrors?: boolean } = {}): Promise<Visit> {
    const { size = 'wide', scheme = 'light', reducedMotion = true, ignoreHTTPSErrors = false } = options;
    const context = await this.#browser.newContext({
      viewport: typeof size === 'string' ? sizes[size] : size,
      colorScheme: scheme,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      locale: 'en-GB',
      timezoneId: 'UTC',
      ignoreHTTPSErrors,
    });
    const visit = new Visit(context, await context.newPage());
    this.#visits.push(visit);
    return visit;
  }

  /** Someone who is logged in, at the overview. */
  async logIn(platform: PlatformAccess, options: LookOptions = {}): Promise<Visit> {
    const visit = await this.visit(options);
    await visit.logIn(platform);
    return visit;
  }

  /** Ends every visit there is, and fails on their problems; for `afterEach`. */
  async endVisits(): Promise<void> {
    const visits = this.#visits.splice(0);
    for (const visit of visits) await visit.close();
    for (const visit of visits) visit.expectNoProblems();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    for (const visit of this.#visits) visit.expectNoProblems();
  }

  /** Closes it with a test or a file of tests. */
  closeAfter(test: Pick<TestContext, 'after'>): this {
    test.after(() => this.close());
    return this;
  }
}

/** One person with one browser. */
export class Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    this.watch(page);
  }

  /** Watches a further page, as a second tab. */
  watch(page: Page): Page {
    page.on('console', (message) => {
      if (message.type() === 'error')
        this.#problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.#problems.push(`exception: ${error.stack ?? error.message}`));
    page.on('crash', () => this.#problems.push('the page crashed'));
    return page;
  }

  /** Says that a problem will come; Chromium also tells requests that were refused: `/status of 403/`. */
  expectProblem(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  get problems(): readonly string[] {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  expectNoProblems(): void {
    assert.deepEqual(this.problems, [], 'The page has told of problems.');
  }

  /** Logs in by a ticket, as `rig status dashboard --web` does, and waits for the page behind it. */
  async logIn(platform: PlatformAccess): Promise<void> {
    const { path } = await requestLogin(platform);
    await this.page.goto(platform.url + path);
    await this.page.waitForFunction(() => !location.hash.startsWith('#/login/'));
    await this.page.waitForFunction(() => localStorage.getItem('rig.page-key') !== null);
  }

  /** Goes to a page as a link within the pages does: `#/apps/shop`. */
  async open(hash: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, hash);
  }

  async look({ size, scheme, reducedMotion }: LookOptions): Promise<void> {
    if (size !== undefined) await this.page.setViewportSize(typeof size === 'string' ? sizes[size] : size);
    await this.page.emulateMedia({
      ...(scheme === undefined ? {} : { colorScheme: scheme }),
      ...(reducedMotion === undefined ? {} : { reducedMotion: reducedMotion ? 'reduce' : 'no-preference' }),
    });
  }

  /** What axe-core finds that keeps people out: `rule: what (where)`, of impact serious and critical. */
  async findBarriers(): Promise<string[]> {
    await this.page.evaluate(axeSource);
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, help, nodes }) =>
          nodes.map(
            ({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary ?? ''}`,
          ),
        );
    });
  }

  /** Fails on a barrier, in light and in dark. */
  async expectNoBarriers(): Promise<void> {
    for (const scheme of ['light', 'dark'] as const) {
      await this.look({ scheme });
      assert.deepEqual(await this.findBarriers(), [], scheme);
    }
  }

  /** Fails where the page is wider than the window: somebody on a phone would scroll both ways. */
  async expectNoSidewaysScroll(): Promise<void> {
    const [needed, there] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok((needed ?? 0) <= (there ?? 0), `The page is ${needed} px wide in a window of ${there} px.`);
  }

  /** Writes `<name>-<size>-<scheme>.png` for every size and scheme; answers the paths. */
  async takePictures(
    folder: string,
    name: string,
    wanted: readonly Size[] = ['wide', 'phone'],
  ): Promise<string[]> {
    mkdirSync(folder, { recursive: true });
    const paths: string[] = [];
    for (const size of wanted) {
      for (const scheme of ['light', 'dark'] as const) {
        await this.look({ size, scheme });
        const path = join(folder, `${name}-${size}-${scheme}.png`);
        await this.page.screenshot({ path, fullPage: true, animations: 'disabled' });
        paths.push(path);
      }
    }
    return paths;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Asks for a ticket, with a token. */
export async function requestLogin({ url, token }: PlatformAccess): Promise<BrowserLogin> {
  const answer = await fetch(`${url}/v1/browser-logins`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(answer.status, 201);
  return (await answer.json()) as BrowserLogin;
}
