import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../records/write-file-atomic.ts';
import type { UidRange } from './choose-uid-range.ts';

/** Whom the programs of one app run as. */
export interface Account {
  uid: number;
  gid: number;
}

interface Noted {
  range: UidRange;
  /** Uid by id of the app. One that was given is not given again. */
  uids: Record<string, number>;
}

/** Gives each app of a platform a uid of its own, and keeps to it. */
export class AppAccounts {
  readonly #path: string;
  readonly #noted: Noted;

  /** @param choose asked the first time */
  constructor(path: string, choose: () => UidRange) {
    this.#path = path;
    this.#noted = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as Noted)
      : { range: choose(), uids: {} };
  }

  /** @throws what writing the file throws: an account that is not noted is not used */
  of(appId: string): Account {
    const { range, uids } = this.#noted;
    let uid = uids[appId];
    if (uid === undefined) {
      const next = range.first + Object.keys(uids).length;
      if (next >= range.first + range.count) throw new Error(`all ${range.count} uids for apps are given`);
      uid = next;
      writeFileAtomic(this.#path, JSON.stringify({ range, uids: { ...uids, [appId]: uid } }));
      uids[appId] = uid;
    }
    return { uid, gid: uid };
  }
}
