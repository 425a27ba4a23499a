import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparePolicies } from './compare-policies.ts';
import { caveatsOf, rulesOf } from './describe-policy.ts';
import { formatHours, parseHours } from './parse-hours.ts';
import { parseCommandPattern, parseSeconds } from './parse-policy.ts';
import { applyFlags } from './apply-flags.ts';
import { readPolicyFile } from './read-policy-file.ts';

const refused = { code: 'invalid_policy', exitCode: 3 };

describe('hours', () => {
  it('are read and told as people write them', () => {
    const cases: [string, string][] = [
      ['mon-fri 09:00-17:00 Europe/Berlin', 'mon,tue,wed,thu,fri 09:00-17:00 Europe/Berlin'],
      ['daily 22:00-06:00', 'daily 22:00-06:00 UTC'],
      ['sat,sun 00:00-24:00 UTC', 'sat,sun 00:00-24:00 UTC'],
      ['fri-mon 08:00-09:00 UTC', 'fri,sat,sun,mon 08:00-09:00 UTC'],
      ['mon-sun 08:00-09:00 UTC', 'daily 08:00-09:00 UTC'],
    ];
    for (const [text, told] of cases) {
      assert.equal(formatHours(parseHours(text)), told);
      assert.deepEqual(parseHours(told), parseHours(text));
    }
    for (const text of ['', 'mon', '09:00-17:00', 'noday 09:00-17:00', 'mon 9-17', 'mon 09:00-17:00 a b']) {
      assert.throws(() => parseHours(text), refused, text);
    }
  });
});

describe('patterns of commands', () => {
  it('are words between spaces, or a JSON array', () => {
    assert.deepEqual(parseCommandPattern(' rake  db:* '), ['rake', 'db:*']);
    assert.deepEqual(parseCommandPattern('["echo", "a b", ""]'), ['echo', 'a b', '']);
    for (const text of ['', ' ', '[', '[]', '[1]', '["a", null]']) {
      assert.throws(() => parseCommandPattern(text), refused, text);
    }
  });
});

describe('lengths of time', () => {
  it('are numbers with a unit', () => {
    assert.deepEqual(
      ['90s', '30m', '8h', '1d'].map((text) => parseSeconds(text, '--idle')),
      [90, 1_800, 28_800, 86_400],
    );
    for (const text of ['', '0m', '-1h', '1', '1w', '1.5h']) {
      assert.throws(() => parseSeconds(text, '--idle'), refused, text);
    }
  });
});

describe('flags', () => {
  it('change the rules they name and leave the others', () => {
    const before = { reason: 'required', users: ['bob'], idleSeconds: 60 } as const;
    const changed = applyFlags(
      { ...before, users: [...before.users] },
      {
        users: 'eve, bob',
        allow: ['uptime', 'rake db:*'],
        maximum: '1h',
        unset: ['idle'],
      },
    );
    assert.deepEqual(changed, {
      reason: 'required',
      users: ['eve', 'bob'],
      allow: [['uptime'], ['rake', 'db:*']],
      maximumSeconds: 3_600,
    });
    assert.deepEqual(
      comparePolicies({ ...before, users: [...before.users] }, changed)
        .map(({ rule, change }) => `${change} ${rule}`)
        .toSorted(),
      ['added allow', 'added maximum', 'changed users', 'removed idle'],
    );
    assert.deepEqual(comparePolicies(changed, changed), []);
  });
});

describe('what is told of a policy', () => {
  it('is every rule it has, and what the lists do not keep out', () => {
    assert.deepEqual(
      [...rulesOf({ allow: [], users: [], hours: [], kinds: [] })],
      [
        ['users', ['nobody']],
        ['kinds', ['none']],
        ['allow', ['nothing']],
        ['hours', ['never']],
      ],
    );
    assert.deepEqual(rulesOf({ deny: [['echo', 'a b']] }).get('deny'), ['["echo","a b"]']);
    assert.deepEqual(caveatsOf({ reason: 'required' }), []);
    assert.match(caveatsOf({ allow: [['uptime']], kinds: ['command'] }).join(), /interpreter/);
    assert.match(caveatsOf({ deny: [['rm', '**']] }).join(), /typed in a shell/);
  });
});

describe('a file', () => {
  it('of TOML or JSON holds the whole policy, in either form', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'rig-policy-'));
    t.after(() => rm(folder, { recursive: true }));
    const read = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return readPolicyFile(join(folder, name));
    };
    const policy = {
      approval: 'required',
      allow: [
        ['rake', 'db:*'],
        ['echo', 'a b'],
      ],
      hours: [{ days: ['mon'], from: '09:00', to: '17:00', zone: 'UTC' }],
      maximumSeconds: 28_800,
    };
    const toml = `approval = "required"
      maximum = "8h"
      allow = ["rake db:*", ["echo", "a b"]]
      hours = ["mon 09:00-17:00"]`;
    assert.deepEqual(await read('policy.toml', toml), policy);
    assert.deepEqual(await read('a.json', JSON.stringify(policy)), policy);
    assert.deepEqual(
      await read('b.json', JSON.stringify({ target: 'app/shop', policy, revision: 3 })),
      policy,
    );
    for (const [name, text] of [
      ['bad.toml', 'approval = '],
      ['bad.json', '{'],
      ['list.json', '[]'],
      ['time.toml', 'maximum = 8'],
    ] as const) {
      await assert.rejects(read(name, text), refused, name);
    }
    await assert.rejects(readPolicyFile(join(folder, 'none.toml')), { ...refused, message: /none\.toml/ });
  });
});
