import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../log.ts';
import { LogServer } from '../testing/log-server.ts';
import { PodLog } from './pod-log.ts';
import { type PodLogPosition, startOfPodLog } from './pod-log-position.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Log;

class Reading {
  readonly server: LogServer;
  readonly gaps: string[] = [];
  log: PodLog;
  readonly #path: string;
  readonly #mayBeDeaf: boolean;
  #position: PodLogPosition = startOfPodLog();

  private constructor(server: LogServer, path: string, mayBeDeaf: boolean) {
    this.server = server;
    this.#path = path;
    this.#mayBeDeaf = mayBeDeaf;
    this.log = this.open();
  }

  static async start(t: TestContext, { mayBeDeaf = false } = {}): Promise<Reading> {
    const folder = mkdtempSync(join(tmpdir(), 'rig-pod-log-'));
    const server = await LogServer.start();
    const reading = new Reading(server, join(folder, 'out'), mayBeDeaf);
    t.after(async () => {
      await reading.log.abandon();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await reading.until(() => server.followers === 1);
    return reading;
  }

  /** Another reader goes on where this one was. */
  open(): PodLog {
    return new PodLog({
      id: 'ins_1',
      client: this.server.client,
      namespace: 'n',
      container: 'app',
      binding: { pod: 'p', uid: 'u', run: 0 },
      path: this.#path,
      position: this.#position,
      onPosition: (position) => (this.#position = position),
      mayBeDeaf: () => this.#mayBeDeaf,
      givesUp: () => false,
      onGap: (why) => this.gaps.push(why),
      log: silent,
    });
  }

  get text(): string {
    return readFileSync(this.#path, 'latin1');
  }

  async until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries += 1) {
      assert.ok(tries < 1_000, `it has not come about; read so far: ${this.text.slice(-200)}`);
      await sleep(20);
    }
  }

  async reads(text: string): Promise<void> {
    await this.until(() => this.text.endsWith(text));
  }

  /** So much that it looks whether the file is still the same one. */
  async readsMuch(): Promise<void> {
    const { looks } = this.server;
    this.server.print(...much);
    await this.reads(much.at(-1) ?? '');
    await this.until(() => this.server.looks > looks);
  }
}

const much = Array.from({ length: 800 }, (_, index) => `${index} ${'x'.repeat(100)}\n`);

describe('the output of a pod', { concurrency: true }, () => {
  it('is whole where the kubelet has come to its end, whatever is left to be asked', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n', 'b\n');
    await reading.reads('b\n');
    reading.server.end();
    reading.server.remove('pod');
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\n', []]);
  });

  it('is whole where the kubelet says behind it that the container is gone', async (t) => {
    const reading = await Reading.start(t, { mayBeDeaf: true });
    reading.server.print('a\n', 'no end');
    reading.server.end('rpc error: code = NotFound desc = an error occurred: not found');
    reading.server.remove('container');
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nno end', []]);
  });

  it('is whole where the cluster says of what has ended that it is being made', async (t) => {
    const reading = await Reading.start(t, { mayBeDeaf: true });
    reading.server.print('a\n');
    reading.server.end('rpc error: code = NotFound desc = an error occurred: not found');
    reading.server.pretendToMake();
    await reading.until(() => reading.server.pretences > 1);
    reading.server.remove('pod');
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\n', []]);
  });

  it('may be missing where its pod went while nobody was reading', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.cut();
    reading.server.remove('pod');
    await reading.log.finish();
    assert.equal(reading.text, 'a\n');
    assert.deepEqual(reading.gaps, ['its pod was removed before all of it was read']);
  });

  it('may be missing where its container went while nobody was reading, and is not waited for', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.cut();
    reading.server.remove('container');
    reading.server.end();
    await reading.log.finish();
    assert.deepEqual(reading.gaps, ['its container was removed before all of it was read']);
  });

  it('may be missing where the run before is not kept', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.restart({ kept: false });
    reading.server.cut();
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps.length], ['a\n', 1]);
  });

  it('is not that of the next run, of which the API server hears later', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.cut();
    reading.server.print('b\n');
    reading.server.end();
    reading.server.restart({ kept: true, toldAfterMs: 1_000 });
    reading.server.print('another\n', 'run\n');
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\n', []]);
  });

  it('is not that of the next run where it says nothing', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.cut();
    reading.server.print('b\n');
    reading.server.end();
    reading.server.restart({ kept: true, toldAfterMs: 1_000 });
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\n', []]);
  });

  it('is read to its end by somebody else', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    await reading.log.abandon();
    reading.server.print('b\n');
    reading.server.end();
    reading.log = reading.open();
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\n', []]);
  });

  it('may be missing where a follower went on with the next file: the log says where', async (t) => {
    const reading = await Reading.start(t);
    await reading.readsMuch();
    reading.server.rotate(['lost\n', 'lost too\n']);
    reading.server.print(...much);
    await reading.until(() => reading.gaps.length > 0);
    reading.server.end();
    await reading.log.finish();
    assert.equal(reading.text, [...much, ...much].join(''));
    assert.equal(reading.gaps.length, 1);
    assert.match(reading.gaps[0] ?? '', /rotated its log right before 2026-11-26T10:00:00\.803Z/);
  });

  it('is looked at once more for a rotation where it ends', async (t) => {
    const reading = await Reading.start(t);
    await reading.readsMuch();
    reading.server.rotate([]);
    reading.server.print(...much, 'end\n');
    await reading.reads('end\n');
    reading.server.end();
    await reading.log.finish();
    assert.equal(reading.gaps.length, 1);
  });

  it('is whole where a follower stayed with the file that was rotated, and is deaf', async (t) => {
    const reading = await Reading.start(t, { mayBeDeaf: true });
    reading.server.print(...much);
    await reading.reads(much.at(-1) ?? '');
    reading.server.rotate(null);
    reading.server.print('next\n');
    await reading.reads('next\n');
    reading.server.print(...much);
    reading.server.end();
    await reading.log.finish();
    assert.equal(reading.text, `${much.join('')}next\n${much.join('')}`);
    assert.deepEqual(reading.gaps, []);
  });

  it('may be missing where a follower is deaf that should not be', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.rotate(null);
    reading.server.print('next\n');
    await reading.reads('next\n');
    assert.deepEqual(reading.gaps, ['the cluster had rotated its log before it was read']);
  });

  it('is read on where the clock of the node is set back', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n', 'b\n');
    await reading.reads('b\n');
    reading.server.cut();
    await reading.until(() => reading.server.followers === 1);
    reading.server.turnClock(-3_600);
    reading.server.print('c\n');
    await reading.reads('c\n');
    reading.server.print('d\n');
    reading.server.end();
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\nc\nd\n', []]);
  });

  it('is read on where the clock was set back just before the end', async (t) => {
    const reading = await Reading.start(t);
    reading.server.print('a\n');
    await reading.reads('a\n');
    reading.server.cut();
    reading.server.turnClock(-3_600);
    reading.server.print('b\n');
    reading.server.end();
    await reading.log.finish();
    assert.deepEqual([reading.text, reading.gaps], ['a\nb\n', []]);
  });
});
