import type { IgnoreRule } from './parse-ignore-file.ts';

/** The rules of one ignore file, the last of which that matches decides. */
export class RuleList {
  readonly #rules: readonly IgnoreRule[];
  /** Most rules are plain names, and most names are no rule: one look instead of one each. */
  readonly #byName = new Map<string, number[]>();
  /** Places of the others, the last first. */
  readonly #others: number[] = [];

  constructor(rules: readonly IgnoreRule[]) {
    this.#rules = rules;
    for (const [index, { name }] of rules.entries()) {
      if (name === null) this.#others.unshift(index);
      else this.#byName.set(name, [index, ...(this.#byName.get(name) ?? [])]);
    }
  }

  /** Takes byte strings: the whole path, where the path below the file's folder begins, and the last name. */
  find(path: string, cut: number, name: string, isDirectory: boolean): IgnoreRule | null {
    const rules = this.#rules;
    const named = this.#byName
      .get(name)
      ?.find((index) => isDirectory || rules[index]?.directoriesOnly === false);
    let below: string | undefined;
    for (const index of this.#others) {
      if (named !== undefined && index < named) break;
      const rule = rules[index] as IgnoreRule;
      if (rule.directoriesOnly && !isDirectory) continue;
      if (rule.matches(rule.ofName ? name : (below ??= path.slice(cut)))) return rule;
    }
    return named === undefined ? null : (rules[named] as IgnoreRule);
  }
}
