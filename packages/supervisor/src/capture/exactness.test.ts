import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { counter, TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

let supervisor: TestSupervisor;
beforeEach(() => {
  supervisor = new TestSupervisor();
});
afterEach(() => supervisor.close());

async function stored(): Promise<{ text: string; stream: string }[]> {
  const lines = await supervisor.log('apps/app_demo');
  const ofApp = lines.filter(({ source }) => source.kind === 'app');
  return ofApp.map(({ text, source }) => ({ text, stream: source.stream }));
}

test('over SIGKILLs of the supervisor at random moments no line is lost and none is repeated', async () => {
  const stopFile = join(supervisor.home, 'stop');
  await supervisor.start();
  await supervisor.run('ins_1', [process.execPath, counter, stopFile]);
  for (let kill = 0; kill < 6; kill += 1) {
    const before = (await stored()).length;
    await until('lines since the last kill', async () => (await stored()).length > before);
    // A random moment is what is tested, so here is a wait for nothing.
    await sleep(Math.random() * 50);
    await supervisor.kill();
    await supervisor.start();
  }
  writeFileSync(stopFile, '');
  const { text: end } = await until('the last line', async () =>
    (await stored()).find(({ text }) => text.startsWith('end ')),
  );
  const total = Number(end.slice('end '.length));
  await until('stderr to be stored', async () => (await stored()).length > total);
  const numbers = Array.from({ length: total }, (_, index) => index + 1);
  const expected = {
    stdout: [...numbers.filter((n) => n % 10 !== 0).map((n) => `line ${n}`), end],
    stderr: numbers.filter((n) => n % 10 === 0).map((n) => `line ${n}`),
  };
  const lines = await stored();
  for (const [name, texts] of Object.entries(expected)) {
    const found = lines.filter(({ stream }) => stream === name).map(({ text }) => text);
    // Compared as one text: a difference of thousands of lines would be printed otherwise.
    assert.ok(found.join('\n') === texts.join('\n'), `${name}: ${found.length} of ${texts.length}`);
  }
});
