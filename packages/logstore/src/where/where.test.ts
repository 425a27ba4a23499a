import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { readFields } from '@rig-ops/contract/log-fields';
import { type LineFacts, meetsWhere } from './meets-where.ts';
import { parseWhere } from './parse-where.ts';

const facts: LineFacts = {
  '@message': 'GET /api/users 503',
  '@level': 'error',
  '@source': 'app',
  '@process': 'web',
  '@instance': 'web.1',
  '@release': 12,
  '@stream': 'stdout',
};
const json = JSON.stringify({
  status: 503,
  path: '/api/users',
  took: '12.5',
  ok: false,
  none: null,
  user: { name: 'Ann Lee', tags: ['a', 'b'] },
  'http.method': 'GET',
  'a=b': 1,
});

const meets = (condition: string, line = json) => meetsWhere(parseWhere(condition), readFields(line), facts);

test('conditions that hold', () => {
  for (const condition of [
    'status>=500 and path~/api',
    'status >= 500',
    'status=503',
    'status==503.0',
    'status="503"',
    'took>9',
    'status>99',
    'path~"^/api/[a-z]+$"',
    "path!~'^/admin'",
    'user.name="Ann Lee"',
    'user.tags~b',
    'http.method=GET',
    '"a=b"=1',
    'ok=false',
    'none=null',
    'none',
    'not missing',
    'missing!=1',
    'missing!~x',
    'not (status<500 or path~^/admin)',
    'status<500 or status=503 and path~/api',
    '(status<500 or status=503) and path~/api',
    'STATUS!=503 AND status=503',
    '@level=error and @release>9 and @instance~^web',
    '@message~503',
    'path~/a|b=c',
  ]) {
    assert.equal(meets(condition), true, condition);
  }
});

test('conditions that do not hold', () => {
  for (const condition of [
    'status<500',
    'missing',
    'missing=1',
    'missing>0',
    'missing<0',
    'missing~.',
    'status=50',
    'path=/api',
    'not status=503',
    'toString',
    '__proto__',
    '@nothing=1',
    'status=503 and (path~^/x or ok=true)',
    // Quoted, it is text, and 9 comes behind 5.
    'status>"9"',
  ]) {
    assert.equal(meets(condition), false, condition);
  }
});

test('logfmt lines have fields too, and other lines have none', () => {
  assert.equal(meets('status>=500 and msg~slow', 'level=warn msg="a slow one" status=500'), true);
  assert.equal(meets('status', 'the status=500 came'), false);
  assert.equal(meets('@level=error', 'no fields at all'), true);
});

test('what is wrong is told with its place', () => {
  for (const [condition, position, problem] of [
    ['', 1, /name of a field/],
    ['status>=', 9, /value is missing behind >=/],
    ['status>>1', 8, /cannot stand here/],
    ['status>=500 path~x', 13, /"and" or "or" is missing/],
    ['(a=1', 5, /closing parenthesis/],
    ['a=1)', 4, /missing in front of "\)"/],
    ['a="x', 3, /never closed/],
    ['a~(', 3, /value is missing/],
    ['a~"("', 3, /regular expression/],
    ['and >1', 1, /name of a field/],
    ['a=1 and', 8, /name of a field/],
    ['!a', 1, /cannot stand here/],
    [`${'('.repeat(100)}a`, 65, /nested too deeply/],
    ['x'.repeat(5000), 4097, /longer than/],
  ] as const) {
    assert.throws(
      () => parseWhere(condition),
      (error) => {
        assert.ok(isRigError(error) && error.code === 'invalid_input', condition);
        assert.match(error.message, problem, condition);
        assert.equal(error.details?.['position'], position, condition);
        return true;
      },
    );
  }
});

test('a regular expression that hangs other engines does not hang this one', () => {
  assert.equal(meets('@message~"(x+x+)+y"', json), false);
  const line = JSON.stringify({ text: 'x'.repeat(5000) });
  assert.equal(meets('text~"(x+x+)+y"', line), false);
});
