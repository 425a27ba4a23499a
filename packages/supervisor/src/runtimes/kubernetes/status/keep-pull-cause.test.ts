import assert from 'node:assert/strict';
import { it } from 'node:test';
import { podOf } from '../testing/pod-fixtures.ts';
import { keepPullCause } from './keep-pull-cause.ts';
import type { PodWait } from './pod-view.ts';

const waiting = (wait: PodWait | null) => podOf('a', { wait });
const failed = waiting({ reason: 'ErrImagePull', message: 'rpc error: … : not found', image: 'shop:1' });
const again = waiting({ reason: 'ImagePullBackOff', message: 'Back-off pulling image', image: 'shop:1' });

it('an old kubelet says once why an image could not be fetched: that counts until it says something else', () => {
  assert.equal(keepPullCause(again, failed).wait?.message, failed.wait?.message);
  const kept = keepPullCause(again, failed);
  assert.equal(keepPullCause(again, kept).wait?.message, failed.wait?.message);
  assert.equal(keepPullCause(kept, failed).wait?.reason, 'ImagePullBackOff');
});

it('what is said with the reason counts, and what was said of another image does not', () => {
  const message = `Back-off pulling image "shop:1": ErrImagePull: ${failed.wait?.message}`;
  const now = waiting({ reason: 'ImagePullBackOff', message, image: 'shop:1' });
  assert.equal(keepPullCause(now, failed), now);
  const other = waiting({ reason: 'ImagePullBackOff', message: '', image: 'rig:1' });
  assert.equal(keepPullCause(other, failed), other);
  assert.equal(keepPullCause(again, undefined), again);
  assert.equal(keepPullCause(waiting(null), failed).wait, null);
});
