import type { Dirent } from 'node:fs';
import type { StatCache } from '../cache/stat-cache.ts';
import type { IgnoreStack } from '../ignore/ignore-stack.ts';
import type { IgnoreRule } from '../ignore/parse-ignore-file.ts';
import { type DefaultRule, leftOutByContent, leftOutByDefault } from '../ignore/left-out-by-default.ts';
import { holdsPrivateKey } from './holds-private-key.ts';
import { statEntry } from './read-folder.ts';
import { stampOf } from './stamp.ts';
import type { Scan } from './scan.ts';

/** What is decided about an entry that is not left out. */
export interface Verdict {
  /** It looks like a secret and was asked for by name. */
  secret: boolean;
  /** The rule that leaves out all of a folder but what git tracks; null where none does. */
  onlyTracked: string | null;
}

interface Surroundings {
  rules: IgnoreStack;
  hasPackage: boolean;
  onlyTracked: string | null;
}

const taken: Verdict = { secret: false, onlyTracked: null };

/** Decides what belongs to the bundle and what does not, and says why. */
export class Judge {
  readonly #scan: Scan;
  readonly #cache: StatCache | undefined;
  readonly #exclude: ReadonlySet<string>;

  constructor(
    scan: Scan,
    { cache, exclude }: { cache: StatCache | undefined; exclude: ReadonlySet<string> },
  ) {
    this.#scan = scan;
    this.#cache = cache;
    this.#exclude = exclude;
  }

  /** Null for what is left out. */
  decide(path: string, child: Dirent, { rules, hasPackage, onlyTracked }: Surroundings): Verdict | null {
    const { name } = child;
    const isDirectory = child.isDirectory();
    if (isDirectory && this.#exclude.size > 0 && this.#exclude.has(`${this.#scan.root}/${path}`)) {
      return this.#leaveOut(path, 'always: state of rig');
    }
    const rule = rules.decide(path, isDirectory);
    const standard =
      leftOutByDefault(name, hasPackage) ??
      (child.isFile() ? leftOutByContent(name, () => this.#holdsKey(path)) : null);
    if (standard !== null && (standard.final || !asksFor(rule, standard))) {
      if (standard.reason !== null && (rule === null || rule.negated)) {
        this.#scan.notes.push(`${path} is left out: ${standard.reason}.${this.#wayBack(path, standard)}`);
      }
      return this.#leaveOut(path, standard.final || rule?.negated !== false ? standard.rule : rule.text);
    }
    if (standard?.isSecret === true) {
      this.#scan.notes.push(`${path} goes into the bundle although it looks like a secret: ${rule?.text}`);
    }
    const secret = standard?.isSecret === true;
    if (rule?.by === 'rig') return rule.negated ? { ...taken, secret } : this.#leaveOut(path, rule.text);
    const ignored = onlyTracked ?? (rule !== null && !rule.negated ? rule.text : null);
    if (ignored === null) return secret ? { ...taken, secret } : taken;
    if (!rules.isTracked(path, isDirectory)) return this.#leaveOut(path, ignored);
    return { secret, onlyTracked: isDirectory ? ignored : null };
  }

  #leaveOut(path: string, rule: string): null {
    this.#scan.ignored.push({ path, rule });
    return null;
  }

  #wayBack(path: string, { isSecret }: DefaultRule): string {
    return isSecret ? ` To deploy it all the same, write !/${path} into .rigignore.` : '';
  }

  /** A file the cache knows went into a bundle before, and so it held none then. */
  #holdsKey(path: string): boolean {
    const absolute = `${this.#scan.root}/${path}`;
    const found = statEntry(absolute, path);
    if (found === null) return false;
    return this.#cache?.find(path, found.size, stampOf(found)) == null && holdsPrivateKey(absolute);
  }
}

/** Whether a line of `.rigignore` brings back what is left out by default; a secret has to be named. */
function asksFor(rule: IgnoreRule | null, { isSecret }: DefaultRule): boolean {
  return rule !== null && rule.by === 'rig' && rule.negated && (rule.names || !isSecret);
}
