import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { checkWebhookSecret, makeWebhookSecret, signatureHeaders } from './webhook-secret.ts';

const signed = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000), payload: '{"type":"übung"}' };

test('what is signed is verified by the reference library, with each of the secrets and no other', () => {
  const [one, two, other] = [makeWebhookSecret(), makeWebhookSecret(), makeWebhookSecret()];
  const headers = signatureHeaders(signed, [one, two]);
  for (const secret of [one, two])
    assert.deepEqual(new Webhook(secret).verify(signed.payload, headers), { type: 'übung' });
  assert.throws(() => new Webhook(other).verify(signed.payload, headers), /No matching signature/);
  assert.throws(() => new Webhook(one).verify(`${signed.payload} `, headers), /No matching signature/);
  assert.throws(() => new Webhook(one).verify(signed.payload, { ...headers, 'webhook-id': 'msg_2' }));
});

test('the example of the specification has its signature', () => {
  const headers = signatureHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, payload: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  );
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a secret has to be one, and is not shown where it is not', () => {
  assert.match(makeWebhookSecret(), /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(checkWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').length, 38);
  for (const wrong of ['whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(200)}`, 'sesame', 'whsec_se same'])
    assert.throws(
      () => checkWebhookSecret(wrong),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalid_input');
        assert.ok(!error.message.includes('sesame'));
        return true;
      },
    );
});
