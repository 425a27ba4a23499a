import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { parseDotenv } from './parse-dotenv.ts';

const parse = (text: string) =>
  Object.fromEntries(parseDotenv(text, '.env').map(({ key, value }) => [key, value]));

/** Files that say the same to whoever reads such files. */
const AGREED = [
  'A=1\nB=two words\nC=\n',
  '\uFEFF# comment\n\n  A = 1  \n# B=2\nexport C=3\r\nD=4\r\n',
  'A=\'single $B \\n\'\nB="double\\nline"\nC=`back \'tick\' "s"`',
  'KEY="-----BEGIN-----\nabc\n\ndef\n-----END-----"\nNEXT=1\n',
  "A='one\ntwo'\nB=3",
  'A=1 # comment\nB="x # y" # z\nC=\'#\'\n',
  'URL=https://u:p@h/x?a=b&c=d\nEQ=a=b=c\n',
  'A="{\\"x\\": 1}"'.replaceAll('\\"', "'"),
];

test('what every reader of such files agrees on is read as Node reads it', () => {
  for (const text of AGREED) {
    const expected = { ...parseEnv(text.replace(/^\uFEFF/, '')) };
    assert.deepEqual(parse(text), expected, text);
  }
});

test('where readers differ it is as docs/config.md says', () => {
  assert.deepEqual(parse('A=#fff\nB=a#b\nC=\nD= # only a comment\n'), { A: '', B: 'a#b', C: '', D: '' });
  assert.deepEqual(parse('A="\\"\\\\\\$\\t\\x"'), { A: '"\\$\t\\x' });
  assert.deepEqual(parse('A=${B}$C'), { A: '${B}$C' });
  assert.deepEqual(parse('A=it\'s\nB="it\'s"\n'), { A: "it's", B: "it's" });
  assert.deepEqual(parse('  export   A=1'), { A: '1' });
  assert.deepEqual(parse('export=1\nexports=2'), { export: '1', exports: '2' });
  assert.deepEqual(parse('__proto__=1\nconstructor=2'), { ['__proto__']: '1', constructor: '2' });
  assert.deepEqual(parse(''), {});
});

test('what cannot be understood is refused with its line, and without its value', () => {
  const refused: [text: string, line: number, about: RegExp][] = [
    ['A=1\nsecretvalue\n', 2, /no "="/],
    ['A=1\n\n1B=secretvalue', 3, /begin with the name/],
    ['A-B=secretvalue', 1, /not allowed/],
    ['=secretvalue', 1, /begin with the name/],
    ['A="secretvalue\n\n', 1, /never closed/],
    ["\nA='secretvalue'secretvalue", 2, /behind the closing/],
    ['A="x\ny" secretvalue', 2, /behind the closing/],
    ['A=1\nB=2\nA=secretvalue', 3, /in line 1/],
    ['export secretvalue', 1, /no "="/],
  ];
  for (const [text, line, about] of refused)
    assert.throws(
      () => parseDotenv(text, 'x.env'),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalid_env_file');
        assert.match(error.message, new RegExp(`^x\\.env, line ${line}: `), text);
        assert.match(error.message, about, text);
        assert.doesNotMatch(error.message, /secretvalue/);
        return true;
      },
    );
});

test('whatever a value is, written in quotes it comes back', () => {
  const values = ['', ' ', 'a', '"', '\\', '\n', "'", '`', '$x', '#', ' # ', 'ü😀', '\\n', '\t', 'a\r'];
  for (const first of values)
    for (const second of values) {
      const value = first + second;
      const quoted = `"${value.replaceAll(/["\\$]/g, '\\$&').replaceAll('\r', '\\r')}"`;
      assert.deepEqual(parse(`A=${quoted}\nB=1`), { A: value, B: '1' });
    }
});
