import type { Dirent } from 'node:fs';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { StatCache } from '../cache/stat-cache.ts';
import type { Environment } from '../git/git-config.ts';
import { Repository } from '../git/repository.ts';
import type { IgnoreStack } from '../ignore/ignore-stack.ts';
import { extendStack } from '../ignore/load-ignore-files.ts';
import { Judge } from './judge.ts';
import { tooManyEntries } from './too-large.ts';
import { orUnreadable, readFolder } from './read-folder.ts';
import { refuseUndecodable } from './refuse-undecodable.ts';
import type { Scan } from './scan.ts';
import { takeEntry } from './take-entry.ts';

/** A folder that is being walked through. */
interface Frame {
  /** As the disk spells it, relative to the root; `''` for the root. */
  folder: string;
  /** What paths on the disk of what is in it begin with. */
  prefix: string;
  /** What is in it, in order. */
  children: Dirent[];
  /** The next of them. */
  at: number;
  rules: IgnoreStack;
  hasPackage: boolean;
  /** The rule that leaves out all of it but what git tracks; null where none does. */
  onlyTracked: string | null;
  /** How many entries there were before it. */
  before: number;
}

export interface WalkOptions {
  cache: StatCache | undefined;
  exclude: ReadonlySet<string>;
  gitRules: boolean;
  limits: BundleLimits;
  environment: Environment;
}

/** A walk through a tree, depth first, that can pause between folders. */
export class Walk {
  readonly scan: Scan;
  readonly #options: WalkOptions;
  readonly #judge: Judge;
  readonly #frames: Frame[] = [];

  constructor(root: string, options: WalkOptions) {
    this.scan = { root, entries: [], ignored: [], notes: [] };
    this.#options = options;
    this.#judge = new Judge(this.scan, options);
  }

  begin(above: IgnoreStack): void {
    this.#enter('', above, null);
  }

  /** Takes in entries until a folder begins or ends; false once all are in. */
  step(): boolean {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return false;
    const { folder, children } = frame;
    const rootLength = this.scan.root.length + 1;
    while (frame.at < children.length) {
      const child = children[frame.at] as Dirent;
      frame.at += 1;
      // A piece of the text that is needed anyway, and no other text.
      const absolute = frame.prefix + child.name;
      const onDisk = absolute.slice(rootLength);
      const verdict = this.#judge.decide(onDisk, child, frame);
      if (verdict === null) continue;
      if (!child.isDirectory()) takeEntry(this.scan, { absolute, onDisk, child, secret: verdict.secret });
      else if (this.#enter(onDisk, frame.rules, verdict.onlyTracked)) return true;
    }
    this.#frames.pop();
    if (this.scan.entries.length > this.#options.limits.entries) {
      throw tooManyEntries(this.scan, this.#options.limits);
    }
    // What is left out of a folder may be all there is: the folder itself is wanted nevertheless.
    if (folder !== '' && this.scan.entries.length === frame.before && frame.onlyTracked === null) {
      this.scan.entries.push({ type: 'directory', path: folder.normalize('NFC') });
    }
    return true;
  }

  /** False when the folder has vanished. */
  #enter(folder: string, outer: IgnoreStack, onlyTracked: string | null): boolean {
    const { root, entries } = this.scan;
    const children = readFolder(`${root}/${folder}`, folder === '' ? root : folder);
    if (children === null) {
      refuseUndecodable(folder);
      return false;
    }
    const depth = this.#frames.length + 1;
    if (depth > BUNDLE_LIMITS.depth && children.length > 0) {
      throw new RigError('invalid_bundle', `${folder} is deeper than ${BUNDLE_LIMITS.depth} folders.`, {
        hint: 'Move it up, or list it in .rigignore.',
      });
    }
    children.sort(byPath);
    const known = new Map<string, Dirent>();
    for (const child of children) if (marks.has(child.name)) known.set(child.name, child);
    const isFile = (name: string) => known.get(name)?.isFile() === true;
    let rules = outer;
    const { gitRules, environment } = this.#options;
    if (gitRules && folder !== '' && known.has('.git')) {
      rules = rules.enterRepository(folder, new Repository(`${root}/${folder}`, environment));
    }
    if (!gitRules) known.delete('.gitignore');
    rules = orUnreadable(folder, () => extendStack(rules, { root, folder, has: isFile })) ?? rules;
    const hasPackage = known.has('package.json');
    const prefix = folder === '' ? `${root}/` : `${root}/${folder}/`;
    this.#frames.push({
      folder,
      prefix,
      children,
      at: 0,
      rules,
      hasPackage,
      onlyTracked,
      before: entries.length,
    });
    return true;
  }
}

/** In the order of the paths of what is in them: behind the name of a folder comes a slash. */
function byPath(a: Dirent, b: Dirent): number {
  const left = a.isDirectory() ? `${a.name}/` : a.name;
  return left < (b.isDirectory() ? `${b.name}/` : b.name) ? -1 : 1;
}

/** Names that say something about the folder they are in. */
const marks = new Set(['.git', '.gitignore', '.rigignore', 'package.json']);
