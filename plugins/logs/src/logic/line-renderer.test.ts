import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WholeLine } from './join-partial-lines.ts';
import { LineRenderer, type LineStyle } from './line-renderer.ts';

const ESC = '\u001B';
const piped: LineStyle = { prefix: true, timestamps: false, terminal: false, colour: false };
const shown: LineStyle = { ...piped, terminal: true, colour: true };

function line(message: string | Buffer, change: Partial<WholeLine> = {}): WholeLine {
  return {
    type: 'line',
    at: '2026-01-02T03:04:05.678Z',
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
  assert.equal(render({ ...piped, timestamps: true }, line('hi')), '2026-01-02T03:04:05.678Z web.1 | hi\n');
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
