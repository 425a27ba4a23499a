import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { createApp } from './new-app.ts';
import { requireApp, type RequireAppOptions } from './require-app.ts';

/** Somebody at a terminal who gives these answers and no others; nobody when there are none. */
function person(...answers: string[]) {
  const questions: string[] = [];
  const interactive = answers.length > 0;
  const answer = (question: string): Promise<string> => {
    questions.push(question);
    const next = answers.shift();
    if (next === undefined) throw new RigError('confirmation_required', 'Nobody is there.');
    return Promise.resolve(next);
  };
  return {
    questions,
    ui: {
      interactive,
      note: (text: string) => void questions.push(text),
      confirm: async (question: string) => (await answer(question)) === 'y',
      ask: async (question: string, suggestion: string) => (await answer(question)) || suggestion,
    },
  };
}

const unread = () => Promise.reject(new Error('nobody asks'));
const manifest = () => Promise.resolve({ network: 'staging', domains: ['a.example'] });

async function prepare(t: TestContext, options: Partial<RequireAppOptions>, ...answers: string[]) {
  const { platform, client } = await startFakePlatform(t);
  const { questions, ui } = person(...answers);
  platform.apps.add('shop');
  platform.networks = ['default', 'staging'];
  const prepareFor = (name: string) =>
    requireApp(
      client,
      { name, from: 'folder' },
      {
        agreed: false,
        manifest: () => Promise.resolve({}),
        mayAsk: true,
        ui,
        signal: t.signal,
        ...options,
      },
    );
  return { client, questions, prepareFor, ui };
}

test('an app that is there is asked nothing about, and its rig.toml is not read', async (t) => {
  const { questions, prepareFor } = await prepare(t, { manifest: unread }, 'y');
  assert.deepEqual([await prepareFor('shop'), questions], [{ name: 'shop', newApp: null }, []]);
});

test('a person agrees to a new app and chooses its network, until it is one', async (t) => {
  const { questions, prepareFor } = await prepare(t, {}, 'y', 'nowhere', 'staging');
  const required = await prepareFor('blog');
  assert.deepEqual(required, { name: 'blog', newApp: { name: 'blog', network: 'staging' } });
  assert.match(questions.join('\n'), /There is no app blog[^]*default, staging[^]*no network nowhere/);
});

test('nobody is asked for a network where one was given, or where nobody is to be asked', async (t) => {
  const given = await prepare(t, { agreed: true, network: 'staging' }, 'unused');
  assert.equal((await given.prepareFor('blog')).newApp?.network, 'staging');
  const told = await prepare(t, { agreed: true, manifest }, 'unused');
  assert.deepEqual((await told.prepareFor('blog')).newApp, {
    name: 'blog',
    network: 'staging',
    domains: ['a.example'],
  });
  const silent = await prepare(t, { agreed: true, mayAsk: false }, 'unused');
  assert.deepEqual((await silent.prepareFor('blog')).newApp, { name: 'blog' });
  assert.deepEqual([given.questions, told.questions, silent.questions], [[], [], []]);
});

test('where the app is in another network a free name is suggested, to a person and in the error', async (t) => {
  const asked = await prepare(t, { agreed: true, network: 'staging' }, '');
  assert.deepEqual(await asked.prepareFor('shop'), {
    name: 'shop-2',
    newApp: { name: 'shop-2', network: 'staging' },
  });
  const alone = await prepare(t, { agreed: true, network: 'staging' });
  await assert.rejects(alone.prepareFor('shop'), (error: RigError) => {
    assert.equal(error.code, 'app_in_other_network');
    assert.match(error.hint, /--app shop-2/);
    return true;
  });
});

test('where the name is taken another one is asked for', async (t) => {
  const { client, questions, ui } = await prepare(t, {}, 'shop', '');
  const app = await createApp(client, { name: 'shop' }, { ui, signal: t.signal });
  assert.deepEqual([app.name, questions.length], ['shop-2', 2]);
});
