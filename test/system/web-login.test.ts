import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PlatformAccess, requestLogin, TestBrowser } from '../support/browser.ts';
import { User } from '../support/rig.ts';

let user: User;
let browser: TestBrowser;
let platform: PlatformAccess;
before(async () => {
  user = new User();
  await user.json(['platform', 'start']);
  const { url } = user.platformFile<{ url: string }>('platform.json');
  platform = { url, token: readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim() };
  browser = await TestBrowser.start();
});
after(async () => {
  await browser.close();
  await user.close();
});

test('a ticket logs the browser in, and leaves the address and the history', async () => {
  const visit = await browser.logIn(platform);
  await visit.page.getByRole('button', { name: 'Account of' }).waitFor();
  assert.equal(await visit.page.evaluate(() => location.hash), '#/');
  await visit.page.reload();
  await visit.page.getByRole('button', { name: 'Account of' }).waitFor();
  assert.deepEqual(await visit.findBarriers(), []);
});

test('a ticket is good once', async () => {
  const { path } = await requestLogin(platform);
  const first = await browser.visit();
  await first.page.goto(platform.url + path);
  await first.page.getByRole('button', { name: 'Account of' }).waitFor();
  const second = await browser.visit();
  second.expectProblem(/status of 401/);
  await second.page.goto(platform.url + path);
  await second.page.getByText('was used already').waitFor();
});
