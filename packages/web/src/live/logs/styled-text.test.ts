import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText, readStyledText } from './styled-text.ts';

const escape = '\u001B';

test('colours and attributes of an app, and nothing else of it', () => {
  assert.deepEqual(readStyledText(`a${escape}[1;31mb${escape}[22mc${escape}[0md`), [
    { text: 'a', style: null },
    { text: 'b', style: { bold: true, fore: 1 } },
    { text: 'c', style: { fore: 1 } },
    { text: 'd', style: null },
  ]);
  assert.deepEqual(readStyledText(`${escape}[97;44mx${escape}[39mx`), [
    { text: 'x', style: { fore: 15, back: 4 } },
    { text: 'x', style: { back: 4 } },
  ]);
});

test('256 colours and true ones, also with colons', () => {
  assert.equal(readStyledText(`${escape}[38;5;196mx`)[0]?.style?.fore, 'rgb(255 0 0)');
  assert.equal(readStyledText(`${escape}[48;5;9mx`)[0]?.style?.back, 9);
  assert.equal(readStyledText(`${escape}[38;2;1;2;300mx`)[0]?.style?.fore, 'rgb(1 2 255)');
  assert.equal(readStyledText(`${escape}[38:5:240;1mx`)[0]?.style?.bold, true);
});

test('what could forge what is seen becomes visible', () => {
  assert.equal(plainText(`a${escape}[2Jb${escape}[31mc\rd\u202Ee`), 'a␛[2Jbc␍d\uFFFDe');
  assert.deepEqual(
    readStyledText(`<img src=x>${escape}]52;c;eA==\u0007`).map(({ text }) => text),
    ['<img src=x>␛]52;c;eA==␇'],
  );
});
