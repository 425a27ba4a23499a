import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { AppDetails, Release } from '@rig-ops/contract/resources';
import { type PlatformAccess, TestBrowser, type Visit } from '../support/browser.ts';
import { User } from '../support/rig.ts';

const LIMIT_MS = 30_000;

/** By which the processes of this file are told from those of others. */
const proof = `pages-${process.pid}`;

let user: User;
let browser: TestBrowser;
let platform: PlatformAccess;
let visit: Visit;
let folder: string;

const server = (text: string) => `
  require('node:http').createServer((request, response) => {
    response.statusCode = request.url === '/bad' ? 500 : 200;
    response.end(${JSON.stringify(text)} + ' ' + (process.env.TOKEN ?? 'none').length);
  }).listen(process.env.PORT);`;

const files = (text: string) => ({
  'rig.toml': `app = "shop"\n[processes]\nweb = ["node", "server.js"]\n[env]\nPROOF = "${proof}"\n`,
  'server.js': server(text),
});

async function person(name: string, role: string): Promise<PlatformAccess> {
  await user.json(['users', 'create', name]);
  await user.json(['access', 'grant', name, role, 'platform']);
  const { token } = await user.json<{ token: string }>(['tokens', 'create', 'page', '--user', name]);
  return { url: platform.url, token };
}

const app = () => user.json<AppDetails>(['apps', 'info', 'shop']);
const url = async () => (await app()).url ?? '';
const says = async () => (await fetch(await url())).text();

/** Asks until an answer is good. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean, what: string): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(answer)}`);
    await wait(200);
  }
}

before(async () => {
  user = new User();
  await user.json(['platform', 'start']);
  const { url } = user.platformFile<{ url: string }>('platform.json');
  platform = { url, token: readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim() };
  folder = user.source('shop', files('one'));
  await user.json(['deploy', '--create'], { cwd: folder });
  browser = await TestBrowser.start();
  visit = await browser.logIn(platform);
  visit.page.setDefaultTimeout(LIMIT_MS);
});

after(async () => {
  await browser?.close();
  await user?.close();
});

test('the overview says that all is well, and of every app how it does', async () => {
  const { page } = visit;
  await page.getByText('Everything is all right.', { exact: true }).first().waitFor();
  const row = page.getByRole('table', { name: 'Apps' }).getByRole('row').filter({ hasText: 'shop' });
  await row.getByText('running').waitFor();
  assert.match(await row.innerText(), /v1[\s\S]*1\/1/);
});

test('memory and requests on the screen are those that /proc and the client of the load count', async () => {
  const { page } = visit;
  await visit.open('#/apps/shop');
  const row = page.getByRole('table', { name: 'Instances' }).getByRole('row').filter({ hasText: 'web.1' });
  const figures = row.locator('[data-value]');
  await figures.first().waitFor();
  const memory = async () => {
    const values = await figures.evaluateAll((all) =>
      all.map((one) => Number(one.getAttribute('data-value'))),
    );
    return Math.max(...values);
  };
  await until(
    async () => ({ screen: await memory(), kernel: residentBytes('web.1') }),
    ({ screen, kernel }) => kernel > 0 && Math.abs(screen - kernel) <= kernel * 0.05,
    'memory of web.1',
  );

  await visit.open('#/apps');
  const counts: number[] = [];
  const target = await url();
  const load = new AbortController();
  const loading = (async () => {
    while (!load.signal.aborted) {
      await (await fetch(counts.length % 4 === 0 ? `${target}/bad` : target)).text();
      counts.push(Date.now());
      await wait(25);
    }
  })();
  const inTable = page.getByRole('table', { name: 'Apps' }).getByRole('row').filter({ hasText: 'shop' });
  const column = async (title: string) => {
    const titles = await page.getByRole('table', { name: 'Apps' }).getByRole('columnheader').allInnerTexts();
    const at = titles.findIndex((text) => text.trim().startsWith(title));
    return inTable.getByRole('cell').nth(at).locator('[data-value]').getAttribute('data-value');
  };
  // The row tells of the last ten seconds, as they were up to three seconds ago.
  await wait(13_000);
  const { screen, client, errors } = await until(
    async () => {
      const now = Date.now();
      return {
        screen: Number(await column('Req/s')),
        errors: Number(await column('Errors')),
        client: counts.filter((at) => at > now - 11_500 && at <= now - 1500).length / 10,
      };
    },
    ({ screen, client, errors }) =>
      Math.abs(screen - client) <= client * 0.15 && Math.abs(errors - 25) <= 4 && client > 1,
    'requests a second',
  );
  load.abort();
  await loading;
  assert.ok(screen > 0 && client > 0 && errors > 0);
});

test('what draws charts is asked for again where it did not come', async () => {
  visit.expectProblem(/ERR_FAILED/);
  const page = visit.watch(await visit.context.newPage());
  await page.route(/plot-[\w-]+\.js/, (route) => route.abort());
  await page.goto(`${platform.url}/ui/#/apps/shop`);
  await page.locator('.chart').getByText('is asked for again').first().waitFor();
  await page.unroute(/plot-[\w-]+\.js/);
  await page.locator('.chart canvas').first().waitFor();
  await page.close();
});

test('a deploy is watched as it happens', async () => {
  const { page } = visit;
  await visit.open('#/apps/shop');
  user.source('shop', files('two'));
  const deploying = user.json(['deploy', '--message', 'The second'], { cwd: folder });
  const deploy = page.getByRole('region', { name: /^Deploy dep_/ });
  await deploy.waitFor();
  await deploy.getByText('live', { exact: true }).waitFor();
  assert.match(await deploy.innerText(), /build[\s\S]*start/);
  await deploying;
  await page.getByRole('link', { name: 'v2', exact: true }).first().waitFor();
  await deploy.getByRole('button', { name: 'Dismiss' }).click();
});

test('a rollback shows first what it changes, and makes a release', async () => {
  const { page } = visit;
  assert.match(await says(), /^two/);
  await page.getByRole('button', { name: 'Roll back', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Roll back shop' });
  await dialog.getByText('What changes, from v2 to v1').waitFor();
  await dialog.getByText('server.js').waitFor();
  await dialog.getByRole('button', { name: 'Roll back to v1' }).click();
  const rollback = page.getByRole('region', { name: /^Rollback dep_/ });
  await rollback.getByText('live', { exact: true }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  assert.match(await says(), /^one/);
  const { version, rollbackOf } = await user.json<Release>(['releases', 'info', '3', '--app', 'shop']);
  assert.deepEqual([version, rollbackOf], [3, 1]);
});

test('an app is scaled and restarted', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: 'Scale' }).click();
  const scale = page.getByRole('dialog', { name: 'Scale shop' });
  await scale.getByLabel('web').fill('-1');
  await scale.getByText('A whole number from 0 to 100.').waitFor();
  assert.equal(await scale.getByRole('button', { name: 'Scale' }).isDisabled(), true);
  await scale.getByLabel('web').fill('2');
  await scale.getByLabel('web').press('Enter');
  await scale.waitFor({ state: 'detached' });
  await page.getByText('shop runs 2 × web.').waitFor();
  await page.getByRole('cell', { name: 'web.2', exact: true }).waitFor();
  assert.equal((await app()).processes[0]?.instances, 2);

  const old = (await app()).instances.find(({ name }) => name === 'web.1')?.id;
  await page.getByRole('button', { name: 'Actions of web.1' }).click();
  await page.getByRole('menuitem', { name: 'Restart' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await page.getByText('web.1 was restarted.').waitFor();
  const { instances } = await app();
  assert.equal(instances.length, 2);
  assert.ok(instances.every(({ id }) => id !== old));
});

test('a secret is set and never shown again', async () => {
  const secret = 'correct-horse-battery';
  const answers: string[] = [];
  const { page } = visit;
  const note = (text: string) => {
    if (text.includes(secret)) answers.push(text.slice(0, 200));
  };
  page.on('response', (response) => {
    response.text().then(note, () => undefined);
  });
  await visit.open('#/apps/shop/config');
  await page.getByRole('button', { name: 'Set a variable' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Set a variable' });
  await dialog.getByLabel('Name').fill('1NO');
  await dialog.getByRole('button', { name: 'Set and release' }).click();
  await dialog.getByText('no digit first').waitFor();
  await dialog.getByLabel('Name').fill('TOKEN');
  await dialog.getByLabel('Secret').check();
  await dialog.getByLabel('Value').fill(secret);
  await dialog.getByRole('button', { name: 'Set and release' }).click();
  const change = page.getByRole('region', { name: /^Config change dep_/ });
  await change.getByText('live', { exact: true }).waitFor();
  await page.getByRole('row').filter({ hasText: 'TOKEN' }).getByText('secret, not shown').waitFor();
  assert.equal(await says(), `one ${secret.length}`);

  await page.getByRole('button', { name: 'Actions of TOKEN' }).click();
  await page.getByRole('menuitem', { name: 'Replace value' }).click();
  assert.equal(await page.getByRole('dialog').getByLabel('New value').inputValue(), '');
  await page.keyboard.press('Escape');
  assert.ok(!(await page.content()).includes(secret));
  assert.deepEqual(answers, []);
});

test('a viewer is offered nothing that is not theirs', async () => {
  const viewer = await browser.logIn(await person('vera', 'viewer'));
  await viewer.open('#/apps/shop');
  await viewer.page.getByRole('cell', { name: 'web.1', exact: true }).waitFor();
  for (const name of ['Scale', 'Restart', 'Roll back', 'Shell'])
    assert.equal(await viewer.page.getByRole('main').getByText(name, { exact: true }).count(), 0, name);
  assert.equal(await viewer.page.getByRole('link', { name: 'Audit' }).count(), 0);
  await viewer.open('#/audit');
  await viewer.page.getByRole('heading', { name: 'not for you' }).waitFor();
  await viewer.expectNoBarriers();
  await viewer.close();
});

test('what is refused all the same says why, and keeps what was typed', async () => {
  const deployer = await browser.logIn(await person('dora', 'deployer'));
  deployer.expectProblem(/status of 4(03|09)/);
  const { page } = deployer;
  await deployer.open('#/apps/shop');
  await page.getByRole('button', { name: 'Roll back', exact: true }).click();
  await user.json(['apps', 'lock', 'shop', '--message', 'counting the till']);
  const dialog = page.getByRole('dialog', { name: 'Roll back shop' });
  await dialog.getByLabel('Return to').selectOption('2');
  await dialog.getByRole('button', { name: 'Roll back to v2' }).click();
  await dialog.getByRole('alert').getByText('app_locked').waitFor();
  await dialog.getByText('counting the till').waitFor();
  await dialog.getByRole('button', { name: 'Queue it' }).waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Scale' }).click();
  const scale = page.getByRole('dialog', { name: 'Scale shop' });
  await scale.getByLabel('web').fill('3');
  await user.json(['access', 'grant', 'dora', 'viewer', 'platform']);
  await user.json(['access', 'revoke', 'dora', 'deployer', 'platform']);
  await scale.getByRole('button', { name: 'Scale' }).click();
  await scale.getByRole('alert').waitFor();
  assert.equal(await scale.getByLabel('web').inputValue(), '3');
  await deployer.close();
});

test('the audit log is read, filtered and verified', async () => {
  const { page } = visit;
  await visit.open('#/audit?action=app.scale');
  const table = page.getByRole('table', { name: 'Audit records' });
  await table.getByText('app.scale').first().waitFor();
  assert.equal(await table.getByText('app.deploy', { exact: true }).count(), 0);
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText(/whole: \d+ records verified/).waitFor();
});

test('events come by themselves', async () => {
  const { page } = visit;
  await visit.open('#/events');
  await page.getByRole('listitem').filter({ hasText: 'release.live' }).first().waitFor();
  await user.json(['apps', 'create', 'newcomer']);
  await page.getByRole('listitem').filter({ hasText: 'newcomer' }).first().waitFor();
  await visit.open('#/events?app=newcomer');
  await page.getByRole('listitem').filter({ hasText: 'release.live' }).first().waitFor({ state: 'detached' });
});

test('every page is for everybody, in both schemes, and fits a phone', async () => {
  const { page } = visit;
  const pages = [
    ['#/', 'Overview'],
    ['#/apps', 'Apps'],
    ['#/apps/shop', 'shop'],
    ['#/apps/newcomer', 'newcomer'],
    ['#/apps/shop/releases', 'shop'],
    ['#/apps/shop/releases/2', 'shop'],
    ['#/apps/shop/config', 'shop'],
    ['#/apps/shop/builds', 'shop'],
    ['#/apps/shop/settings', 'shop'],
    ['#/networks', 'Networks'],
    ['#/networks/default', 'default'],
    ['#/events', 'Events'],
    ['#/audit', 'Audit'],
    ['#/drains', 'Drains'],
    ['#/webhooks', 'Webhooks'],
    ['#/access', 'Access'],
    ['#/nowhere', 'no such page'],
  ] as const;
  for (const [hash, heading] of pages) {
    await visit.look({ size: 'wide', scheme: 'light' });
    await visit.open(hash);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, hash);
    await visit.expectNoBarriers();
    for (const width of [360, 320]) {
      await visit.look({ size: { width, height: 720 } });
      await visit.expectNoSidewaysScroll();
    }
  }
  await visit.look({ size: 'wide', scheme: 'light' });
});

test('all of it can be reached with the keyboard', async () => {
  const { page } = visit;
  await visit.open('#/');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'MAIN');

  await page.getByRole('link', { name: 'Apps', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Apps' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  const memory = page.getByRole('columnheader', { name: 'Memory' });
  await memory.getByRole('button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await memory.getAttribute('aria-sort'), 'descending');
  await page.keyboard.press('Space');
  assert.equal(await memory.getAttribute('aria-sort'), 'ascending');
  await page.getByRole('link', { name: 'shop', exact: true }).focus();
  await page.keyboard.press('Enter');

  const button = page.getByRole('button', { name: 'Scale' });
  await button.focus();
  await page.keyboard.press('Enter');
  const scale = page.getByRole('dialog', { name: 'Scale shop' });
  await scale.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT');
  await page.keyboard.press('Escape');
  await scale.waitFor({ state: 'detached' });
  assert.equal(await button.evaluate((element) => element === document.activeElement), true);

  await page.getByRole('button', { name: 'Actions of web.1' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.textContent === 'Restart');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Shell');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
});

test('an app is destroyed only by its name', async () => {
  const { page } = visit;
  await visit.open('#/apps/newcomer/settings');
  await page.getByRole('button', { name: 'Destroy newcomer' }).click();
  const dialog = page.getByRole('dialog');
  const destroy = dialog.getByRole('button', { name: 'Destroy newcomer' });
  assert.equal(await destroy.isDisabled(), true);
  await dialog.getByLabel('Type newcomer').fill('newcome');
  assert.equal(await destroy.isDisabled(), true);
  await dialog.getByLabel('Type newcomer').fill('newcomer');
  await destroy.click();
  // It may have been asked for once more.
  visit.expectProblem(/apps\/newcomer/);
  await page.getByText('newcomer was destroyed.').waitFor();
  await user.fails(['apps', 'info', 'newcomer'], 'app_not_found', 6);
});

/** What the kernel says of the processes of an instance of shop. */
function residentBytes(instance: string): number {
  let bytes = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`PROOF=${proof}`) || !environment.includes(`RIG_INSTANCE=${instance}`))
        continue;
      const [, kilobytes = '0'] =
        /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      bytes += Number(kilobytes) * 1024;
    } catch {
      // It has ended meanwhile.
    }
  }
  return bytes;
}
