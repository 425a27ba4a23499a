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
  fits: RegExp;
}

export function parseDockerIgnore(text: string): DockerIgnore {
  const rules = text.split(/\r?\n/).flatMap(parseLine);
  return {
    leavesOut: (path) => {
      const above = parentsOf(path);
      let isOut = false;
      for (const { fits, keeps } of rules) {
        if (isOut !== keeps) continue;
        if (fits.test(path) || above.some((folder) => fits.test(folder))) isOut = !keeps;
      }
      return isOut;
    },
  };
}

function parseLine(line: string, index: number): Rule[] {
  const text = (index === 0 ? line.replace(/^\uFEFF/, '') : line).trim();
  if (text === '' || line.startsWith('#')) return [];
  const keeps = text.startsWith('!');
  const pattern = clean(keeps ? text.slice(1).trim() : text);
  return pattern === '' ? [] : [{ keeps, fits: compile(pattern) }];
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

function compile(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
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
    return new RegExp(`^${source}$`, 's');
  } catch {
    // As Docker has it, a class that is none fits nothing.
    return /^(?!)/;
  }
}
