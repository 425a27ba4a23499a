import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WholeLine } from '@rig-ops/wire/log-feed';
import { LineRenderer, type LineStyle } from './line-renderer.ts';
import { formatTime } from './time-forms.ts';

const ESC = '\u001B';
const piped: LineStyle = {
  prefix: true,
  namesApp: false,
  time: undefined,
  utc: true,
  raw: false,
  terminal: false,
  colour: false,
};
const shown: LineStyle = { ...piped, terminal: true, colour: true };

function line(message: string | Buffer, change: Partial<WholeLine> = {}): WholeLine {
  return {
    type: 'line',
    at: '2026-01-02T03:04:05.678Z',
    app: 'hello',
    source: 'app',
    instance: 'web.1',
    stream: 'stdout',
    bytes: Buffer.from(message),
    ...change,
  };
}
const render = (style: LineStyle, one: WholeLine) =>
  Buffer.from(new LineRenderer(style).render(one)).toString('latin1');

test('a pipe gets the bytes as they were written', () => {
  const bytes = Buffer.from([0xff, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0d]);
  assert.equal(render(piped, line(bytes)), `web.1 | ${bytes.toString('latin1')}\n`);
  assert.equal(render({ ...piped, prefix: false }, line(bytes)), `${bytes.toString('latin1')}\n`);
});

test('times come first', () => {
  assert.equal(render({ ...piped, time: 'full' }, line('hi')), '2026-01-02T03:04:05.678Z web.1 | hi\n');
});

test('a terminal keeps colours and nothing else that an app could send to it', () => {
  const attack = `${ESC}]0;title\u0007${ESC}[2J${ESC}[1;1H\rforged ${ESC}[31mred`;
  const text = Buffer.from(new LineRenderer({ ...shown, prefix: false }).render(line(attack))).toString();
  assert.equal(text, `␛]0;title␇␛[2J␛[1;1H␍forged ${ESC}[31mred${ESC}[0m\n`);
  const plain = { ...shown, prefix: false, colour: false };
  assert.equal(render(plain, line(`${ESC}[31mred${ESC}[0m\r`)), 'red\n');
});

test('instances have a colour of their own, and names line up as far as they are known', () => {
  const renderer = new LineRenderer(shown);
  const text = (one: WholeLine) => Buffer.from(renderer.render(one)).toString();
  const long = text(line('a', { instance: 'worker.10' }));
  const short = text(line('b'));
  assert.match(long, new RegExp(`^${ESC}\\[\\d\\dmworker\\.10${ESC}\\[39m \\| a\\n$`));
  assert.match(short, new RegExp(`^${ESC}\\[\\d\\dmweb\\.1 {4}${ESC}\\[39m \\| b\\n$`));
  assert.notEqual(long.slice(0, 5), short.slice(0, 5));
  assert.equal(text(line('b')), short);
});

test('lines of the platform itself are dim on a terminal', () => {
  const text = render({ ...shown, prefix: false }, line('started', { source: 'platform' }));
  assert.equal(text, `${ESC}[2mstarted${ESC}[0m\n`);
});

test('structured lines are laid out for a terminal, and left alone in a pipe and with raw', () => {
  const json = '{"time":1767322445,"level":"warn","msg":"slow","ms":812,"user":{"id":7},"q":"a b"}';
  const plain = { ...shown, prefix: false, colour: false };
  assert.equal(render(plain, line(json)), 'WARN  slow ms=812 user={"id":7} q="a b"\n');
  assert.equal(render(plain, line('level=error msg="no way" code=5')), 'ERROR no way code=5\n');
  assert.equal(render({ ...piped, prefix: false }, line(json)), `${json}\n`);
  assert.equal(render({ ...plain, raw: true }, line(json)), `${json}\n`);
  const coloured = render({ ...shown, prefix: false }, line('{"level":50,"msg":"no"}'));
  assert.equal(coloured, `${ESC}[31mERROR${ESC}[39m no\n`);
  const attack = render(plain, line(JSON.stringify({ msg: `${ESC}[2Jx`, [`${ESC}k`]: '\r' })));
  assert.ok(!attack.includes(ESC) && !attack.includes('\r'));
});

test('requests are one line for people, in a pipe as well', () => {
  const request = {
    type: 'request',
    requestId: 'id-1',
    method: 'GET',
    host: 'shop.localhost',
    path: '/api',
    status: 503,
    outcome: 'refused',
    bytesIn: 80,
    bytesOut: 1200,
    connectMs: null,
    firstByteMs: null,
    totalMs: 3004.2,
    instance: null,
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
  };
  const one = line(JSON.stringify(request), { source: 'edge', instance: '-' });
  const text = 'GET shop.localhost/api  503  3.0 s  80 B in 1.2 kB out  -  127.0.0.1  refused  id-1\n';
  assert.equal(render({ ...piped, prefix: false }, one), text);
  assert.equal(render({ ...piped, prefix: false, raw: true }, one), `${JSON.stringify(request)}\n`);
  const answered = {
    ...request,
    status: 200,
    outcome: 'answered',
    firstByteMs: 4,
    totalMs: 9,
    instance: 'web.1',
  };
  assert.match(
    render({ ...piped, prefix: false }, line(JSON.stringify(answered), { source: 'edge' })),
    /GET shop\.localhost\/api {2}200 {2}4 ms \/ 9 ms {2}.* {2}web\.1 {2}127\.0\.0\.1 {2}id-1\n$/,
  );
  const broken = { type: 'connection', requestId: 'id-2', problem: 'refused', instance: 'web.1' };
  assert.equal(
    render({ ...piped, prefix: false }, line(JSON.stringify(broken), { source: 'edge' })),
    'web.1 refused the connection  id-2\n',
  );
});

test('several apps are told apart, and context from hits', () => {
  assert.equal(render({ ...piped, namesApp: true }, line('a', { context: true })), 'hello/web.1 - a\n');
});

const fiveMinutesLater = () => new Date('2026-01-02T03:09:05.678Z');

test('forms of time', () => {
  const at = '2026-01-02T03:04:05.678Z';
  assert.equal(formatTime(at, 'full', true), at);
  assert.equal(formatTime(at, 'time', true), '03:04:05.678');
  assert.equal(formatTime(at, 'unix', false), '1767323045.678');
  assert.equal(formatTime(at, 'relative', false, fiveMinutesLater), ' 5 min ago');
  const local = formatTime(at, 'full', false);
  assert.equal(new Date(local).toISOString(), at);
  assert.match(local, /[+-]\d\d:\d\d$/);
  assert.equal(formatTime(at, 'time', false), local.slice(11, 23));
});
