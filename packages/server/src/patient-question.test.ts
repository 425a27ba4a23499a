import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PatientQuestion } from './patient-question.ts';

it('is put once for all who ask, and again when the answer is too old', async () => {
  let asked = 0;
  const question = new PatientQuestion(async () => {
    asked += 1;
    return asked;
  }, 60_000);
  assert.deepEqual(await Promise.all([question.answer(), question.answer()]), [1, 1]);
  assert.equal(await question.answer(60_000), 1);
  assert.equal(await question.answer(), 2);
});

it('waits once for what hangs, and takes its answer when it comes after all', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const question = new PatientQuestion(() => promise, 50);
  assert.equal(await question.answer(), undefined);
  const told: string[] = [];
  void question.answer().then(() => told.push('question'));
  setTimeout(() => told.push('timer'), 20);
  await new Promise((done) => setTimeout(done, 40));
  // Its patience was over when it was asked again: another 50 ms would be behind the timer.
  assert.deepEqual(told, ['question', 'timer']);
  assert.equal(question.latest(60_000), undefined);
  resolve('here');
  await promise;
  await new Promise(setImmediate);
  assert.equal(question.latest(60_000), 'here');
  assert.equal(await question.answer(60_000), 'here');
});

it('an answer that fails is none, and the next question is put anew', async () => {
  const answers = [Promise.reject(new Error('gone')), Promise.resolve('back')];
  answers[0]?.catch(() => undefined);
  const question = new PatientQuestion(() => answers.shift() ?? Promise.reject(new Error('none')), 60_000);
  assert.equal(await question.answer(), undefined);
  assert.equal(await question.answer(), 'back');
});
