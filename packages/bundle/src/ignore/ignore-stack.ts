import { toByteString } from './compile-pattern.ts';
import type { IgnoreRule } from './parse-ignore-file.ts';

interface IgnoreLayer {
  /** Length of what to cut off a path to make it relative to the folder of the file. */
  readonly cut: number;
  readonly rules: readonly IgnoreRule[];
}

/**
 * What applies to the entries of one folder: the `.gitignore` files from the outermost to its own,
 * and likewise those of `.rigignore`, which have the last word. Immutable; a subfolder extends it.
 */
export class IgnoreStack {
  readonly #prefix: string;
  readonly #git: readonly IgnoreLayer[];
  readonly #rig: readonly IgnoreLayer[];

  /** Paths are relative to the outermost folder that has a say; `prefix` leads from there, `''` or ending in `/`. */
  constructor(
    prefix: string,
    { git = [], rig = [] }: { git?: readonly IgnoreLayer[]; rig?: readonly IgnoreLayer[] } = {},
  ) {
    this.#prefix = prefix;
    this.#git = git;
    this.#rig = rig;
  }

  /** Adds the rules of an ignore file of a folder: `''`, or a path without a slash at its end. */
  with(kind: 'git' | 'rig', folder: string, rules: readonly IgnoreRule[]): IgnoreStack {
    if (rules.length === 0) return this;
    const cut = toByteString(this.#prefix + (folder === '' ? '' : `${folder}/`)).length;
    const layer = { cut, rules };
    return kind === 'git'
      ? new IgnoreStack(this.#prefix, { git: [...this.#git, layer], rig: this.#rig })
      : new IgnoreStack(this.#prefix, { git: this.#git, rig: [...this.#rig, layer] });
  }

  /** The same rules for paths that begin further down. */
  below(prefix: string): IgnoreStack {
    return new IgnoreStack(this.#prefix + prefix, { git: this.#git, rig: this.#rig });
  }

  /** The rule that decides about a path, which may be one that keeps it; null when none does. */
  decide(path: string, isDirectory: boolean): IgnoreRule | null {
    const bytes = toByteString(this.#prefix + path);
    return lastMatch(this.#rig, bytes, isDirectory) ?? lastMatch(this.#git, bytes, isDirectory);
  }
}

function lastMatch(layers: readonly IgnoreLayer[], path: string, isDirectory: boolean): IgnoreRule | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  for (const { cut, rules } of layers.toReversed()) {
    const below = path.slice(cut);
    for (let index = rules.length - 1; index >= 0; index -= 1) {
      const rule = rules[index] as IgnoreRule;
      if (rule.directoriesOnly && !isDirectory) continue;
      if (rule.matches(rule.ofName ? name : below)) return rule;
    }
  }
  return null;
}
