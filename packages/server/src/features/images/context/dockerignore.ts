import { RigError } from '@rig-ops/contract/errors';

/**
 * The rules of a `.dockerignore`, read as Docker reads them (moby/patternmatcher, docs.docker.com/build/concepts/context):
 * patterns from the root of the context, `*` and `?` within a name, `**` over any number of folders, `!` for what stays
 * nevertheless; the last rule that fits decides, and what lies in a folder goes as the folder does.
 */
export interface DockerIgnore {
  /** @param path relative to the context, with `/` */
  leavesOut(path: string): boolean;
}

interface Rule {
  keeps: boolean;
  fits: { test(path: string): boolean };
}

/** Each is looked at for each path. */
const MOST_RULES = 1_000;
/** With more of them V8 may try longer than anybody lives: rigd reads the rules of strangers. */
const MOST_STARS = 2;

/** @throws RigError `build_failed` for more rules than anybody writes by hand */
export async function parseDockerIgnore(text: string): Promise<DockerIgnore> {
  const lines = text.split(/\r?\n/).flatMap(parseLine);
  if (lines.length > MOST_RULES)
    throw new RigError(
      'build_failed',
      `The build failed: .dockerignore has ${lines.length} rules, and rig reads ${MOST_RULES}.`,
      { hint: 'Name folders instead of each file in them.' },
    );
  const rules = await Promise.all(
    lines.map(async ({ keeps, pattern }) => ({ keeps, fits: await compile(pattern) })),
  );
  const ofFolders = new Map<string, ReadonlySet<Rule>>();
  const fitting = (folder: string): ReadonlySet<Rule> => {
    const known = ofFolders.get(folder) ?? new Set(rules.filter(({ fits }) => fits.test(folder)));
    ofFolders.set(folder, known);
    return known;
  };
  return {
    leavesOut: (path) => {
      const above = parentsOf(path).map(fitting);
      let isOut = false;
      for (const rule of rules) {
        if (isOut !== rule.keeps) continue;
        if (above.some((folder) => folder.has(rule)) || rule.fits.test(path)) isOut = !rule.keeps;
      }
      return isOut;
    },
  };
}

function parseLine(line: string, index: number): { keeps: boolean; pattern: string }[] {
  const text = (index === 0 ? line.replace(/^\uFEFF/, '') : line).trim();
  if (text === '' || line.startsWith('#')) return [];
  const keeps = text.startsWith('!');
  const pattern = clean(keeps ? text.slice(1).trim() : text);
  return pattern === '' ? [] : [{ keeps, pattern }];
}

/** As Go's `filepath.Clean`, and relative to the root. */
function clean(pattern: string): string {
  const names: string[] = [];
  for (const name of pattern.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}

const parentsOf = (path: string): string[] => {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
};

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

async function compile(pattern: string): Promise<Rule['fits']> {
  let source = '';
  let stars = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') stars += 1;
    if (pattern.startsWith('**', at)) {
      at += 1;
      const hasSlash = pattern[at + 1] === '/';
      if (hasSlash) at += 1;
      source += at === pattern.length - 1 && !hasSlash ? '.*' : '(?:.*/)?';
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end === -1) source += String.raw`\[`;
      else {
        source += `[${pattern.slice(at + 1, end).replaceAll('\\', String.raw`\\`)}]`;
        at = end;
      }
    } else if (character === '\\') {
      at += 1;
      source += literal(pattern[at] ?? '\\');
    } else source += literal(character);
  }
  try {
    if (stars <= MOST_STARS) return new RegExp(`^${source}$`, 's');
    const { RE2JS } = await import('re2js');
    const expression = RE2JS.compile(source, RE2JS.DOTALL);
    return { test: (path) => expression.matches(path) };
  } catch {
    // As Docker has it, a class that is none fits nothing.
    return /^(?!)/;
  }
}
