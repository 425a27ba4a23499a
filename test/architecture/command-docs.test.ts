import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repository } from '../support/rig.ts';

interface Command {
  flags: Record<string, { char?: string; allowNo?: boolean }>;
  aliases?: string[];
}

/** What the core takes on every command, and oclif on its own. */
const EVERYWHERE = ['--output', '-o', '--json', '--query', '--context', '--no-color', '--help', '-h'];
/** Tells how commands come about that rig has not. */
const FOREIGN = 'docs/plugin-authoring.md';
const OTHERS = ['help', 'version', 'plugins'];

const commands = new Map<string, Command>();
const manifests = globSync(['oclif.manifest.json', 'plugins/*/oclif.manifest.json'], { cwd: repository });
for (const file of manifests) {
  const manifest = JSON.parse(readFileSync(join(repository, file), 'utf8')) as {
    commands: Record<string, Command>;
  };
  for (const [id, command] of Object.entries(manifest.commands))
    for (const name of [id, ...(command.aliases ?? [])]) commands.set(name.replaceAll(':', ' '), command);
}

/** Lines of blocks and pieces of text that are code and begin with `rig`. */
function* commandsIn(page: string): Generator<string> {
  const joined = page.replaceAll(/\\\n\s*/g, ' ');
  for (const [, block = ''] of joined.matchAll(/^```(?:console|sh|bash)?\n([\s\S]*?)^```/gm))
    for (const line of block.split('\n')) yield* piecesOf(line.replace(/^\$ /, '').replace(/\s# .*$/, ''));
  for (const [, code = ''] of joined.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g))
    yield* piecesOf(code);
}

/** One command of a line of the shell each. */
function* piecesOf(line: string): Generator<string> {
  for (const piece of line.split(/\|\|?|&&|;|\$\(|\)/)) {
    const found = /^\s*(?:.* -- )?(?:npx )?rig ([a-z].*)$/.exec(piece.replace(/^\s*(?:[A-Z_]+=\S+ )+/, ''));
    if (found?.[1] !== undefined) yield found[1].split(' -- ')[0]?.trim() ?? '';
  }
}

/** What is wrong with it; null for nothing. */
function faultOf(line: string): string | null {
  const words = line.split(/\s+/);
  const [first = ''] = words;
  if (OTHERS.includes(first)) return null;
  const named = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
  for (let count = named.length; count > 0; count -= 1) {
    const name = named.slice(0, count).join(' ');
    const command = commands.get(name);
    if (command !== undefined) return unknownFlagOf(command, words.slice(count));
    const isTopic = [...commands.keys()].some((id) => id.startsWith(`${name} `));
    // A topic stands for all of its commands where nothing follows.
    if (isTopic)
      return count === words.length || /^[^a-z]/.test(words[count] ?? '') ? null : 'no such command';
  }
  return 'no such command';
}

function unknownFlagOf({ flags }: Command, words: readonly string[]): string | null {
  const known = new Set([
    ...EVERYWHERE,
    ...Object.entries(flags).flatMap(([name, { allowNo, char }]) => [
      `--${name}`,
      ...(allowNo === true ? [`--no-${name}`] : []),
      ...(char === undefined ? [] : [`-${char}`]),
    ]),
  ]);
  const unknown = words
    .map((word) => /^(--[a-z][a-z-]*|-[a-z])\b/.exec(word)?.[1])
    .find((flag) => flag !== undefined && !known.has(flag));
  return unknown === undefined ? null : `no flag ${unknown}`;
}

describe('what the pages tell their readers to type', () => {
  const pages = globSync('docs/*.md', { cwd: repository, exclude: [FOREIGN] });
  for (const page of ['README.md', ...pages])
    it(`${page}: commands and flags that there are`, () => {
      const wrong = [...commandsIn(readFileSync(join(repository, page), 'utf8'))].flatMap((line) => {
        const fault = faultOf(line);
        return fault === null ? [] : [`rig ${line}: ${fault}`];
      });
      assert.deepEqual(wrong, []);
    });

  it('is looked at with eyes that see', () => {
    const page = '`rig logs platform` and\n```console\n$ npx rig status --chek | rig deploy --yes\n```\n';
    assert.deepEqual([...commandsIn(page)].map(faultOf), ['no flag --chek', null, 'no such command']);
    assert.equal(faultOf('nothing'), 'no such command');
    assert.equal(faultOf('webhooks rename x'), 'no such command');
  });
});
