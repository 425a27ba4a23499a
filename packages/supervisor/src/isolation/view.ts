import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/** Stand-ins for the folders that everybody writes to. */
export const TEMPORARY = ['/tmp', '/var/tmp'];

/** What a program sees of the machine's files, in the words of `enter.pl`. */
export class View {
  readonly #covers: string[];

  /** @param folders to be covered, as they really are */
  private constructor(folders: readonly string[]) {
    const all = [...new Set(folders)].filter((folder) => folder !== sep && !TEMPORARY.includes(folder));
    this.#covers = all.filter((folder) => !all.some((other) => other !== folder && isWithin(folder, other)));
  }

  /**
   * For programs with a uid of their own: only what keeps them from their way has to be covered, since the rest is
   * kept by the rights on it.
   */
  static ofStrangers(paths: readonly string[]): View {
    return new View(paths.flatMap((path) => firstClosed(real(path)) ?? []));
  }

  /** For programs with the uid of the platform: everything of that user's has to be covered. */
  static ofSameUser(folders: readonly string[]): View {
    return new View(folders.filter((folder) => existsSync(folder)).map(real));
  }

  /** Folders that are empty but for what is shown in them; those in temporary folders come behind the stand-ins. */
  covers(where: 'elsewhere' | 'in temporary folders'): string[] {
    return this.#covers
      .filter((folder) => TEMPORARY.some((each) => isWithin(folder, each)) === (where !== 'elsewhere'))
      .flatMap((folder) => ['cover', folder]);
  }

  /** Puts `source` where it would be, if it is not there anyway. */
  show(kind: 'bind' | 'readonly', path: string): string[] {
    const source = real(path);
    const places = source === path ? [path] : [source, path];
    return places.filter((place) => this.hides(place)).flatMap((place) => [kind, source, place]);
  }

  /** As {@link show}, also where it is not hidden: as what may be written to where all else may not. */
  bind(path: string): string[] {
    const source = real(path);
    const others = source !== path && this.hides(path) ? ['bind', source, path] : [];
    return ['bind', source, source, ...others];
  }

  hides(path: string): boolean {
    return [...this.#covers, ...TEMPORARY].some((cover) => isWithin(path, cover));
  }
}

/** The path itself when it is not there. */
export function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === sep ? sep : folder + sep);

/** The outermost folder on the way to a path that strangers may not pass. */
function firstClosed(path: string): string | null {
  const above = dirname(path);
  const closed = above === path ? null : firstClosed(above);
  if (closed !== null) return closed;
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (found.mode & 0o001) === 0 ? path : null;
}
