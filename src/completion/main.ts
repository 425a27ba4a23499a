import type { CompletionIndex, ValueKind } from './completion-index.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';
import { completionFolder, indexStamp } from './index-stamp.ts';
import { refreshLater } from './refresh-later.ts';
import { toBashReply } from './shell-words.ts';
import { splitLine } from './split-line.ts';
import { platformKey, readContexts, readValues, valuesFile } from './value-cache.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

/** Names younger than this are taken as they are. */
const FRESH_MS = 3000;
/** What each app has its own of. */
const OF_AN_APP: ReadonlySet<ValueKind> = new Set(['releases', 'tags', 'deploys', 'instances']);
/** A folder that is linked as a plugin may have new commands; nothing tells of it. */
const LINKED_FRESH_MS = 60_000;

export interface CompletionPlace {
  /** Folder of the core's package.json. */
  root: string;
  rigHome: string;
  env: NodeJS.ProcessEnv;
  now: number;
}

/**
 * Answers what a shell asked: `bash LINE WORDBREAKS`, or `zsh` or `fish` and the words behind the
 * program's name. The first line says whether files or folders fit as well, the others are what fits.
 * Never waits for a platform, never starts one, and answers nothing rather than failing.
 */
export function complete(asked: readonly string[], place: CompletionPlace): string {
  const [shell = '', ...rest] = asked;
  const split = splitLine(shell === 'bash' ? (rest[0] ?? '') : '');
  const words = shell === 'bash' ? split.words.slice(1) : rest.map((word) => unquote(shell, word));
  const { directive, candidates } = lookUp(words, place);
  const lines = candidates.map(({ word, summary }) => {
    const said = summary.replaceAll(/[\t\n]/g, ' ');
    if (shell === 'bash') return toBashReply(word, split, rest[1] ?? '');
    if (shell === 'zsh') return `${word.replaceAll(/[\\:]/g, '\\$&')}:${said}`;
    return `${word}\t${said}`;
  });
  // Every shell takes a line for a word.
  return `${[directive, ...lines.filter((line) => !line.includes('\n'))].join('\n')}\n`;
}

/** fish gives the word under the cursor with its quotes; those before it come without. */
function unquote(shell: string, word: string): string {
  return shell === 'fish' ? (splitLine(word).words.at(-1) ?? '') : word;
}

function lookUp(words: string[], place: CompletionPlace): { directive: string; candidates: Candidate[] } {
  const { root, rigHome, env, now } = place;
  const index = readIndex(rigHome);
  const stale =
    index?.stamp !== indexStamp(root, rigHome, env) || (index.linked && now - index.madeAt > LINKED_FRESH_MS);
  const found = index === undefined ? undefined : findCandidates(index, words);
  const current = words.at(-1) ?? '';
  const { values, candidates = [] } = found ?? {};
  const { names: contexts, current: currentContext } = readContexts(rigHome);
  const key = platformKey(found?.context, env, currentContext);
  const known = readValues(valuesFile(rigHome, key));
  const app = values === undefined ? undefined : found?.app;
  const aboutApp = values !== undefined && OF_AN_APP.has(values.kind);
  const at = aboutApp ? (known.byApp[app ?? '']?.at ?? 0) : known.at;
  const asksPlatform =
    values !== undefined && (aboutApp || ['apps', 'networks', 'builds', 'sessions'].includes(values.kind));
  if (stale || (asksPlatform && now - at > FRESH_MS)) {
    refreshLater(path.join(root, 'bin', 'run.js'), rigHome, {
      key,
      app: aboutApp ? app : undefined,
      context: found?.context,
      now,
    });
  }
  if (values === undefined) return { directive: 'none', candidates };
  if (values.kind === 'files' || values.kind === 'folders') return { directive: values.kind, candidates };
  const ofApp = known.byApp[app ?? ''];
  const lists: Record<Exclude<ValueKind, 'files' | 'folders'>, readonly string[]> = {
    apps: known.apps,
    networks: known.networks,
    contexts,
    releases: ofApp?.releases ?? [],
    tags: [...(ofApp?.tags ?? []), ...(ofApp?.releases ?? [])],
    deploys: ['latest', ...(ofApp?.deploys ?? [])],
    builds: known.builds ?? [],
    sessions: known.sessions ?? [],
    instances: ofApp?.instances ?? [],
  };
  const fitting = lists[values.kind]
    .map((word) => ({ word: values.before + word, summary: '' }))
    .filter(({ word }) => word.startsWith(current));
  return { directive: 'none', candidates: [...candidates, ...fitting] };
}

function readIndex(rigHome: string): CompletionIndex | undefined {
  try {
    const text = fs.readFileSync(path.join(completionFolder(rigHome), 'index.json'), 'utf8');
    const index = JSON.parse(text) as CompletionIndex;
    return index.format === 1 ? index : undefined;
  } catch {
    return undefined;
  }
}
