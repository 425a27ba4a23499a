import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IsolationKind } from '@rig-ops/contract/supervisor';
import type { Program } from '../proc/spawn-program.ts';
import type { Account, AppAccounts } from './app-accounts.ts';
import { ACCOUNT_NAME, prepareAppFolder } from './app-folder.ts';
import type { Launcher } from './launcher.ts';
import { takeOwnership } from './take-ownership.ts';
import { TEMPORARY, type View } from './view.ts';

/** What a program is part of, and which of the platform's folders are for it. */
export interface Place {
  appId: string;
  /** Those of its app: it may do there what it likes. They exist. */
  own: readonly string[];
  /** Of its app as well, to read. */
  readable?: readonly string[];
  /** Whether it finds the user's settings of package managers, with the tokens in them. */
  builds?: boolean;
}

export interface IsolationOptions {
  kind: Exclude<IsolationKind, 'none'>;
  launcher: Launcher;
  view: View;
  /** Folder with a folder for each app. */
  folder: string;
  /** Null where apps have the platform's own uid. */
  accounts: AppAccounts | null;
  /** Folders with programs. */
  programs: readonly string[];
  /** Files of the user that every program may need, and those for builds. */
  files: { everywhere: readonly string[]; builds: readonly string[] };
  /** TMPDIR of the user. */
  userTmp: string | undefined;
  /** Sockets that give away the machine to whoever is in the group of the user. */
  masks: readonly string[];
}

/** Keeps the programs of an app apart from those of others, and from the platform. */
export class Isolation {
  readonly #options: IsolationOptions;
  readonly #programs: string[];

  constructor(options: IsolationOptions) {
    this.#options = options;
    this.#programs = options.programs.flatMap((path) => options.view.show('readonly', path));
  }

  get kind(): Exclude<IsolationKind, 'none'> {
    return this.#options.kind;
  }

  /** Gives the app what the platform has made for it. Done once for each folder. */
  async settle(place: Place): Promise<void> {
    const account = this.#options.accounts?.of(place.appId);
    if (account !== undefined) await takeOwnership([...place.own, ...(place.readable ?? [])], account);
  }

  /** A program that does the same as the given one, in its place. */
  enclose(program: Program, place: Place, more: readonly string[] = []): Program {
    return this.#options.launcher.launch({ ...program, env: this.#environmentOf(program.env) }, [
      ...this.words(place),
      ...more,
    ]);
  }

  /** The place in the words of `enter.pl`. */
  words(place: Place): string[] {
    const { kind, view, accounts, folder, masks } = this.#options;
    const account = accounts?.of(place.appId) ?? null;
    const own = join(folder, place.appId);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const { tmp, varTmp, names } = prepareAppFolder(own, account);
    const [tmpPath = '', varTmpPath = ''] = TEMPORARY;
    const users = account !== null;
    return [
      ...(users ? ['user', String(account.uid), String(account.gid)] : []),
      'namespaces',
      users ? 'mount,ipc' : 'mount,ipc,user,pid',
      'powerless',
      ...(users ? [] : ['readonly-root', 'scope']),
      ...view.covers('elsewhere'),
      'bind',
      tmp,
      tmpPath,
      'bind',
      varTmp,
      varTmpPath,
      ...view.covers('in temporary folders'),
      ...this.#programs,
      ...this.#filesOf(place, own, account),
      ...place.own.flatMap((path) => (users ? view.show('bind', path) : view.bind(path))),
      ...(place.readable ?? []).flatMap((path) => view.show('readonly', path)),
      ...(names === null
        ? []
        : ['readonly', names.passwd, '/etc/passwd', 'readonly', names.group, '/etc/group']),
      ...masks.flatMap((path) => ['mask', path]),
      'proc',
      kind === 'users' ? 'hidden' : 'own',
    ];
  }

  /** Files of the user at their own places: as copies where the app could not read them. */
  #filesOf({ builds }: Place, own: string, account: Account | null): string[] {
    const { files, view } = this.#options;
    return [...files.everywhere, ...(builds === true ? files.builds : [])].flatMap((path, index) => {
      if (account === null) return view.show('readonly', path);
      const copy = join(own, `file-${index}`);
      if (!isSame(path, copy)) {
        copyFileSync(path, copy);
        chownSync(copy, account.uid, account.gid);
        chmodSync(copy, 0o400);
      }
      return ['readonly', copy, path];
    });
  }

  /** The user's own folder for what is temporary is hidden, as is the user. */
  #environmentOf(given: Record<string, string>): Record<string, string> {
    const env = { ...given };
    const { accounts, userTmp } = this.#options;
    if (env['TMPDIR'] === userTmp) env['TMPDIR'] = '/tmp';
    if (accounts !== null) for (const name of ['USER', 'LOGNAME']) if (name in env) env[name] = ACCOUNT_NAME;
    return env;
  }
}

const isSame = (path: string, copy: string): boolean =>
  statSync(copy, { throwIfNoEntry: false }) !== undefined && readFileSync(path).equals(readFileSync(copy));
