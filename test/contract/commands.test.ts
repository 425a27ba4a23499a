import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { describe as tell, type Outcome, repository, User } from '../support/rig.ts';
import { scenarios } from './commands/scenarios.ts';
import { makeValidator } from './validate-strictly.ts';

interface Schemas {
  command: string;
  result: object | null;
  record: object | null;
}

describe('every command prints what its schema says', { concurrency: 1, timeout: 280_000 }, () => {
  const user = new User();
  let schemas: Schemas[];
  let validateError: (document: unknown) => string[];

  before(async () => {
    user.source('shop', {
      'server.js': "require('http').createServer((q, s) => s.end('hi')).listen(process.env.PORT);\n",
      Procfile: 'web: node server.js\n',
    });
    await user.json(['deploy', 'shop', '--app', 'shop', '--create', '-m', 'first']);
    await user.json(['deploy', 'shop', '--app', 'shop', '-m', 'second']);
    const all = await user.json<{ schemas: Schemas[]; errorSchema: object }>(['schema', '--all']);
    schemas = all.schemas;
    validateError = makeValidator(all.errorSchema);
  });
  after(() => user.close());

  test('what a command shows as its schema is what is published', () => {
    for (const { command, result, record } of schemas) {
      const file = (end: string) =>
        JSON.parse(
          readFileSync(join(repository, 'docs', 'schemas', `${command.replaceAll(' ', '-')}${end}`), 'utf8'),
        ) as object;
      if (result !== null) assert.deepEqual(result, file('.json'), command);
      if (record !== null) assert.deepEqual(record, file('.record.json'), command);
    }
  });

  for (const [command, scenario] of Object.entries(scenarios)) {
    test(`rig ${command}`, async () => {
      const schema = schemas.find((entry) => entry.command === command);
      assert.ok(schema, `rig ${command} has no schema: see docs/schemas/README.md`);
      const outcomes = typeof scenario === 'function' ? await scenario(user) : await runAll(scenario);
      assert.ok(outcomes.length > 0);
      const problems = outcomes.flatMap((outcome) => problemsOf(outcome, schema));
      assert.deepEqual(problems, []);
    });
  }

  test('an error of a command, of the platform and of parsing', async () => {
    for (const args of [['nonsense'], ['apps', 'info', 'nope'], ['apps', 'list', '--limit', 'x']]) {
      const outcome = await user.run([...args, '-o', 'json']);
      assert.deepEqual(validateError(JSON.parse(outcome.stdout)), [], tell(args, outcome));
    }
  });

  async function runAll(lines: string[][]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const line of lines) {
      const outcome = await user.run(['-o', 'json', ...line]);
      assert.equal(outcome.code, 0, tell(line, outcome));
      outcomes.push(outcome);
    }
    return outcomes;
  }

  /** What a document, or a record of a stream, has that its schema does not know, or the other way round. */
  function problemsOf({ stdout }: Outcome, { result, record }: Schemas): string[] {
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type?: unknown });
    const last = documents.at(-1);
    if (last?.type !== 'end') {
      assert.equal(documents.length, 1);
      return result === null ? ['a document that no schema describes'] : makeValidator(result)(last);
    }
    if (documents.length > 1 && record === null) return ['records that no schema describes'];
    const validate = makeValidator(record ?? {});
    return documents.slice(0, -1).flatMap((document) => validate(document));
  }
});
