import type { Repository } from '../git/repository.ts';
import { toByteString } from './compile-pattern.ts';
import type { IgnoreRule } from './parse-ignore-file.ts';
import { RuleList } from './rule-list.ts';

interface IgnoreLayer {
  /** Length of what to cut off a path to make it relative to the folder of the file. */
  readonly cut: number;
  readonly rules: RuleList;
}

/** The repository that paths lie in. */
interface Home {
  /** Length of what to cut off a path to make it relative to its folder. */
  readonly cut: number;
  readonly repository: Repository;
}

interface Layers {
  /** The innermost first. */
  readonly git: readonly IgnoreLayer[];
  readonly rig: readonly IgnoreLayer[];
  readonly home: Home | null;
}

/**
 * What applies to the entries of one folder: the `.gitignore` files from the outermost to its own,
 * and likewise those of `.rigignore`, which have the last word. Immutable; a subfolder extends it.
 */
export class IgnoreStack {
  readonly #prefix: string;
  readonly #layers: Layers;

  /** Paths are relative to the outermost folder that has a say; `prefix` leads from there, `''` or ending in `/`. */
  constructor(prefix: string, layers: Layers = { git: [], rig: [], home: null }) {
    this.#prefix = prefix;
    this.#layers = layers;
  }

  /** Adds the rules of an ignore file of a folder: `''`, or a path without a slash at its end. */
  with(kind: 'git' | 'rig', folder: string, rules: readonly IgnoreRule[]): IgnoreStack {
    if (rules.length === 0) return this;
    const layer = { cut: this.#cut(folder), rules: new RuleList(rules) };
    return new IgnoreStack(this.#prefix, { ...this.#layers, [kind]: [layer, ...this.#layers[kind]] });
  }

  /** A repository begins in a folder: what git was told outside of it means nothing inside. */
  enterRepository(folder: string, repository: Repository): IgnoreStack {
    const cut = this.#cut(folder);
    const home = { cut, repository };
    const git = repository.rules.filter((rules) => rules.length > 0);
    const layers = git.map((rules) => ({ cut, rules: new RuleList(rules) }));
    return new IgnoreStack(this.#prefix, { rig: this.#layers.rig, git: layers, home });
  }

  /** The same rules for paths that begin further down. */
  below(prefix: string): IgnoreStack {
    return new IgnoreStack(this.#prefix + prefix, this.#layers);
  }

  /** The rule that decides about a path, which may be one that keeps it; null when none does. */
  decide(path: string, isDirectory: boolean): IgnoreRule | null {
    const { git, rig } = this.#layers;
    if (git.length === 0 && rig.length === 0) return null;
    const bytes = toByteString(this.#prefix + path);
    const name = bytes.slice(bytes.lastIndexOf('/') + 1);
    for (const { cut, rules } of rig) {
      const rule = rules.find(bytes, cut, name, isDirectory);
      if (rule !== null) return rule;
    }
    for (const { cut, rules } of git) {
      const rule = rules.find(bytes, cut, name, isDirectory);
      if (rule !== null) return rule;
    }
    return null;
  }

  /** Whether git has a file in its index, or files below a folder; what it has it does not ignore. */
  isTracked(path: string, isDirectory: boolean): boolean {
    const { home } = this.#layers;
    if (home === null) return false;
    return home.repository.isTracked(toByteString(this.#prefix + path).slice(home.cut), isDirectory);
  }

  #cut(folder: string): number {
    return toByteString(this.#prefix + (folder === '' ? '' : `${folder}/`)).length;
  }
}
