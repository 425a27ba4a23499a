import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Session } from '@rig-ops/contract/resources';
import type { Page } from 'playwright-core';
import { type PlatformAccess, TestBrowser, type Visit } from '../support/browser.ts';
import { until, User } from '../support/rig.ts';

/** Numbers its lines, and writes one every few milliseconds. */
const counting = `
const { createServer } = require('node:http');
let number = 0;
setInterval(() => console.log('line ' + ++number), 5);
console.log('\\u001b[31mred\\u001b[0m <img src=x onerror=alert(1)> \\u001b]0;title\\u0007');
createServer((request, response) => response.end('hello')).listen(process.env.PORT);
`;

let user: User;
let browser: TestBrowser;
let platform: PlatformAccess;
let visit: Visit;
before(async () => {
  user = new User();
  const folder = user.source('shop', { 'main.js': counting, Procfile: 'web: node main.js\n' });
  await user.json(['deploy', folder, '--yes', '--app', 'shop']);
  const { url } = user.platformFile<{ url: string }>('platform.json');
  platform = { url, token: readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim() };
  browser = await TestBrowser.start();
  visit = await browser.logIn(platform);
  await visit.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // While rigd is away, Chromium tells of each request.
  visit.expectProblem(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/);
});
after(async () => {
  await browser.close();
  await user.close();
});

function killRigd(): void {
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
}

/** What is on the screen of the terminal in the page. */
const screenOf = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent?.trimEnd()).join('\n'),
  );

const shows = (page: Page, pattern: RegExp): Promise<string> =>
  until(`${pattern} on the screen`, async () => {
    const screen = await screenOf(page);
    if (!pattern.test(screen)) throw new Error(screen);
    return screen;
  });

async function type(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** A shell with a prompt of its own, and which session it is. */
async function openShell(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Open the shell' }).click();
  await page.locator('.terminal[data-state=on]').waitFor();
  await shows(page, /[#$>]/);
  await type(page, "PS1='re''ady> '; unset HISTFILE; clear");
  await shows(page, /^ready>/);
  return await page.evaluate(() => /session\/(ses_\w+)/.exec(location.hash)?.[1] ?? '');
}

test('a followed log neither loses nor repeats a line over a kill -9 of rigd', async () => {
  const { page } = visit;
  await visit.open('#/logs/app/shop?lines=all');
  await page.getByText('line 1', { exact: true }).or(page.locator('.log-row')).first().waitFor();
  for (let kill = 0; kill < 2; kill += 1) {
    killRigd();
    await page.locator('.log-state[data-state=lost]').waitFor();
    await page.locator('.log-state[data-state=reading]').waitFor({ timeout: 30_000 });
  }
  await page.getByRole('button', { name: 'Pause' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  const numbers = [...text.matchAll(/ line (\d+)$/gm)].map(([, number]) => Number(number));
  assert.ok(numbers.length > 200, `${numbers.length} lines`);
  assert.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, index) => index + 1),
  );
  await page.getByRole('button', { name: 'Go on' }).click();
});

test('what an app prints is text in its colours, and never markup', async () => {
  const { page } = visit;
  await visit.open('#/logs/app/shop?lines=all&grep=red');
  const line = page.locator('.log-row', { hasText: 'red' }).first();
  assert.equal(await line.locator('.sgr-fore-1').textContent(), 'red');
  assert.match((await line.textContent()) ?? '', /<img src=x onerror=alert\(1\)> ␛\]0;title␇/);
  assert.equal(await page.locator('.log-row img').count(), 0);
  assert.equal(await page.locator('.log-row').count(), 1);
});

test('the view stops going along when somebody scrolls, finds in what there is, and jumps back', async () => {
  const { page } = visit;
  await visit.open('#/logs/app/shop?lines=1000');
  await until('a full view', () =>
    page.evaluate(() => (document.querySelector('.log-box')?.scrollHeight ?? 0) > 6000),
  );
  // The newest is found first: what stops the view is that somebody looks at it, though it is at the end.
  await page.getByLabel('Find in what is shown').fill('line');
  await page.getByLabel('Find in what is shown').press('Enter');
  await page.locator('.log-row.here mark').waitFor();
  await page.getByRole('button', { name: /jump to the newest/i }).waitFor();
  const before = await page.locator('.log-row.here').textContent();
  await until('new lines below', () => page.getByRole('button', { name: /[5-9]\d+ new/ }).count());
  assert.equal(await page.locator('.log-row.here').textContent(), before);
  await page.getByRole('button', { name: /jump to the newest/i }).click();
  await page.getByRole('button', { name: /jump to the newest/i }).waitFor({ state: 'detached' });
  await page.getByLabel('Find in what is shown').fill('');
  await visit.expectNoBarriers();
});

test('requests stand in a table', async () => {
  const { page } = visit;
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'shop']);
  await fetch(`${url}/cart?secret=1`);
  await visit.open('#/logs/network/default');
  const row = page.locator('.log-row', { hasText: '/cart' });
  await row.waitFor();
  assert.match((await row.textContent()) ?? '', /200GET [\w.:]+\/cart.*web\.1/);
  assert.ok(!(await row.textContent())?.includes('secret'));
  await visit.expectNoBarriers();
});

test('a terminal: its size, a new size, and a kill -9 of rigd with nothing lost or typed twice', async () => {
  const { page } = visit;
  await visit.open('#/terminal/shop');
  const session = await openShell(page);
  assert.match(session, /^ses_/);
  const size = () => page.locator('[data-size]').getAttribute('data-size');
  await type(page, 'stty size');
  await shows(page, new RegExp(`^${await size()}$`, 'm'));
  const before = await size();
  await visit.look({ size: 'laptop' });
  await until('another size', async () => (await size()) !== before);
  await type(page, 'clear; stty size');
  await shows(page, new RegExp(`^${await size()}$`, 'm'));

  await type(
    page,
    'clear; for i in $(seq 20); do echo "<$i>"; sleep 0.1; done; read -r answer; echo "got $answer"',
  );
  await shows(page, /<3>/);
  killRigd();
  await type(page, 'typed meanwhile');
  await page.locator('.terminal[data-state=lost]').waitFor();
  const screen = await shows(page, /got typed meanwhile$/m);
  assert.deepEqual(
    [...screen.matchAll(/^<(\d+)>$/gm)].map(([, number]) => Number(number)),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  assert.equal(screen.match(/got typed meanwhile/g)?.length, 1);

  // Loading the page again comes back to it, draws what was there, and writes on.
  await page.reload();
  await page.locator('.terminal[data-state=on]').waitFor();
  await page.getByText('Connected', { exact: true }).waitFor();
  await shows(page, /got typed meanwhile$/m);
  // So does going elsewhere within the pages: the session waits.
  await visit.open('#/sessions');
  await until('nobody is attached', async () => {
    const { sessions } = await user.json<{ sessions: Session[] }>(['sessions', 'list']);
    return sessions.length === 1 && sessions[0]?.clients.length === 0;
  });
  await visit.open(`#/terminal/session/${session}`);
  await shows(page, /got typed meanwhile$/m);
  await type(page, 'clear; echo still here');
  await shows(page, /^still here$/m);
  await visit.expectNoBarriers();
});

test('what is pasted is shown first where the program would run it line by line', async () => {
  const { page } = visit;
  await type(page, 'clear; bind "set enable-bracketed-paste off" 2>/dev/null; sleep 0.1');
  const paste = (text: string) =>
    page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document
        .querySelector('.xterm-helper-textarea')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  await until('no brackets', async () => {
    await page.keyboard.press('Enter');
    await paste('echo one\necho two\n');
    return page.getByRole('heading', { name: 'Paste 2 lines?' }).isVisible();
  });
  await page.getByRole('button', { name: 'Do not paste' }).click();
  await type(page, 'clear');
  await paste('echo one\necho two\n');
  await page.getByRole('button', { name: 'Paste as one line' }).waitFor();
  // The terminal has the keyboard before the browser has time for a key.
  const typesInto = await page.evaluate(async () => {
    for (const button of document.querySelectorAll<HTMLElement>('dialog button'))
      if (button.textContent === 'Paste as one line') button.click();
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    return document.activeElement?.className;
  });
  assert.equal(typesInto, 'xterm-helper-textarea');
  await page.keyboard.press('Enter');
  await shows(page, /^one echo two$/m);
  // So it has when the clipboard came by the button, which would paste once more with Enter.
  await page.evaluate(() => navigator.clipboard.writeText('echo three\necho four\n'));
  await page.getByRole('button', { name: 'Paste', exact: true }).click();
  await page.getByRole('button', { name: 'Paste as one line' }).click();
  await page.keyboard.press('Enter');
  await shows(page, /^three echo four$/m);
});

test('a program reaches neither the clipboard nor the title of the window', async () => {
  const { page } = visit;
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  const title = await page.title();
  await type(
    page,
    "clear; printf '\\033]52;c;%s\\007\\033]0;your bank\\007' $(printf stolen | base64); echo do''ne",
  );
  await shows(page, /^done$/m);
  await page.locator('.terminal-title', { hasText: 'your bank' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'mine');
  assert.equal(await page.title(), title);
});

test('a second page watches, takes over, and the address of a session is enough to come to it', async () => {
  const { page } = visit;
  const address = await page.evaluate(() => location.href);
  const second = visit.watch(await visit.context.newPage());
  await second.goto(address);
  await second.getByText('Watching').waitFor();
  await type(page, 'clear; echo seen by both');
  await shows(second, /^seen by both$/m);
  await second.getByRole('button', { name: 'Take over' }).click();
  await page.getByText('you are watching').waitFor();
  await type(second, 'clear; echo typed by the second');
  await shows(page, /^typed by the second$/m);
  await second.getByRole('button', { name: 'Detach' }).click();
  await second.getByText('it goes on').waitFor();
  await second.close();
});

test('a session is ended from the list', async () => {
  const { page } = visit;
  await visit.look({ size: 'wide' });
  await visit.open('#/sessions');
  await visit.expectNoBarriers();
  await page
    .getByRole('button', { name: /^End ses_/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByText('Nothing runs').waitFor();
  const { sessions } = await user.json<{ sessions: Session[] }>(['sessions', 'list', '--all']);
  assert.deepEqual(
    sessions.map(({ end }) => end),
    ['killed'],
  );
});

test('a recorded session is replayed, with its stops exact', async () => {
  const { page } = visit;
  await visit.open('#/terminal/shop');
  await page.getByLabel('Record it, whatever the policies say').check();
  const session = await openShell(page);
  await page.getByText('Recorded', { exact: true }).waitFor();
  await type(page, "clear; printf 'gr\\303\\274n %s\\n' $((6*7))");
  await shows(page, /^grün 42$/m);
  await type(page, 'exit 3');
  await page.getByText('Exited with code 3.').waitFor();
  await until('the recording', async () => {
    const one = await user.json<Session>(['sessions', 'info', session]);
    return one.recording?.state === 'kept';
  });
  await visit.open(`#/replay/${session}`);
  const player = page.locator('.replay');
  await page.getByText('as in the audit log').waitFor();
  await player.getByRole('slider').press('End');
  await shows(page, /^grün 42$/m);
  await until('the end', async () => (await player.getAttribute('data-paused')) === 'true');
  // The beginning has nothing yet; a step goes to the next thing that was printed, and no further.
  await page.locator('.replay .terminal-box').press('Home');
  await until('an empty screen', async () => (await screenOf(page)).trim() === '');
  assert.equal(Number(await player.getAttribute('data-position')), 0);
  // The first of what was printed may be a mode of the terminal, which is not seen.
  await until('the first output', async () => {
    const before = await player.getAttribute('data-position');
    await page.getByRole('button', { name: 'Step' }).click();
    await until('a step', async () => (await player.getAttribute('data-position')) !== before);
    return (await screenOf(page)).trim() !== '';
  });
  assert.doesNotMatch(await screenOf(page), /grün/);
  await visit.expectNoBarriers();
});

test('a viewer is offered no shell, and refused one', async () => {
  await user.json(['users', 'create', 'val']);
  await user.json(['access', 'grant', 'val', 'viewer', 'platform']);
  const { token } = await user.json<{ token: string }>(['tokens', 'create', 'web', '--user', 'val']);
  const viewer = await browser.logIn({ ...platform, token });
  viewer.expectProblem(/status of 403|WebSocket connection/);
  await viewer.open('#/terminal/shop');
  await viewer.page.getByText('You may not open a shell here').waitFor();
  await viewer.open('#/logs/app/shop');
  await viewer.page.locator('.log-row').first().waitFor();
  await viewer.expectNoBarriers();
});
