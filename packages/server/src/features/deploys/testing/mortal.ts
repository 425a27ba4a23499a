import type { KyselyPlugin } from 'kysely';
import type { Engine } from '../../../engines/engine.ts';

const WRITES = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode']);
const CHANGES = new Set(['startInstance', 'stopInstance', 'forgetInstance', 'runBuild', 'forgetBuild']);

/** A life of rigd that ends in the middle, as by SIGKILL: from one of its writes on, nothing reaches database or engine. */
export class Mortal {
  /** Whether it has died. */
  dead = false;
  /** What it was about to do when it died. */
  last = '';
  #left: number;

  /** @param writes how many writes it lives for */
  constructor(writes: number) {
    this.#left = writes;
  }

  /** For the database of this life. */
  readonly plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      this.#breathe(node.kind, WRITES.has(node.kind));
      return node;
    },
    transformResult: async ({ result }) => result,
  };

  /** The engine as this life reaches it. */
  reach(engine: Engine): Engine {
    return new Proxy(engine, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name !== 'watch') this.#breathe(String(name), CHANGES.has(String(name)));
          return Reflect.apply(value, target, args);
        };
      },
    });
  }

  #breathe(what: string, counts: boolean): void {
    if (!this.dead && counts) {
      this.#left -= 1;
      if (this.#left < 0) {
        this.dead = true;
        this.last = what;
      }
    }
    if (this.dead) throw new Error(`dead before ${what}`);
  }
}
