import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogFiles } from './log-files.ts';

describe('the files of a log', () => {
  it('are one as long as its first line is the same', () => {
    const files = new LogFiles(null);
    files.began(10n);
    assert.deepEqual([files.saw(10n, 50n), files.saw(10n, 90n)], [false, false]);
  });

  it('are told to be two once, when what is read is of the second', () => {
    const files = new LogFiles(10n);
    assert.equal(files.saw(100n, 99n), false, 'not read so far');
    assert.equal(files.saw(100n, 100n), true);
    assert.equal(files.saw(100n, 120n), false);
    assert.equal(files.current, 100n);
  });

  it('are not told of where a reader has begun with the second', () => {
    const files = new LogFiles(10n);
    files.saw(100n, 99n);
    files.began(100n);
    assert.equal(files.saw(100n, 120n), false);
  });

  it('are not known before the first look, nor while the new one is empty', () => {
    const files = new LogFiles(null);
    assert.equal(files.saw(null, 5n), false);
    assert.equal(files.saw(100n, 120n), false);
    assert.equal(files.saw(null, 130n), false);
    assert.equal(files.saw(140n, 150n), true);
  });
});
