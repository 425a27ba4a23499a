interface Runnable {
  prototype: { run(...args: unknown[]): unknown };
}

/**
 * oclif reads properties of what a command threw, so that `throw undefined` would become a TypeError of
 * oclif's own. Nothing thrown becomes an error without a word.
 */
export function keepThrown(commandClass: Runnable): void {
  const { prototype } = commandClass;
  // oxlint-disable-next-line typescript/unbound-method -- it is bound again below
  const { run } = prototype;
  prototype.run = async function runKeepingThrown(this: unknown, ...args: unknown[]) {
    try {
      return await run.apply(this, args);
    } catch (thrown) {
      throw thrown ?? new Error('');
    }
  };
}
