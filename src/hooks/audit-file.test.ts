import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { AUDIT_FILE_BYTES, AUDIT_FILES_KEPT, appendAuditLine } from './audit-file.ts';

const root = mkdtempSync(join(tmpdir(), 'rig-audit-'));
after(() => rmSync(root, { recursive: true, force: true }));
let home: string;
let number = 0;
beforeEach(() => {
  number += 1;
  home = join(root, `home-${number}`);
});
const file = (suffix = '') => join(home, `audit.jsonl${suffix}`);
const full = (mark: string) => `${mark}${'x'.repeat(AUDIT_FILE_BYTES)}\n`;

test('makes the folder and the file for the user alone', () => {
  appendAuditLine(home, { n: 1 });
  appendAuditLine(home, { n: 2 });
  assert.equal(readFileSync(file(), 'utf8'), '{"n":1}\n{"n":2}\n');
  assert.equal(statSync(file()).mode & 0o777, 0o600);
  assert.equal(statSync(home).mode & 0o777, 0o700);
});

test('puts a full file aside and keeps a bounded number of them', () => {
  appendAuditLine(home, {});
  for (let round = 1; round <= AUDIT_FILES_KEPT + 2; round += 1) {
    writeFileSync(file(), full(String(round)));
    appendAuditLine(home, { round });
    assert.equal(readFileSync(file(), 'utf8'), `{"round":${round}}\n`);
    assert.equal(readFileSync(file('.1'), 'utf8')[0], String(round));
  }
  assert.equal(readdirSync(home).length, AUDIT_FILES_KEPT + 1);
  assert.equal(readFileSync(file(`.${AUDIT_FILES_KEPT}`), 'utf8')[0], '3');
});

test('leaves a rotation to the process that is at it, unless that one died', () => {
  appendAuditLine(home, {});
  writeFileSync(file(), full('a'));
  const lock = file('.rotating');
  writeFileSync(lock, '');
  appendAuditLine(home, { late: true });
  assert.ok(!existsSync(file('.1')));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, longAgo, longAgo);
  appendAuditLine(home, { later: true });
  assert.equal(readFileSync(file(), 'utf8'), '{"later":true}\n');
  assert.ok(!existsSync(lock));
});
