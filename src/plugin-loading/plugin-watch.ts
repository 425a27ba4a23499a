import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { Config } from '@oclif/core';
import { sanitise } from '@rig-ops/kit/text';
import type { Run } from '../run.ts';
import {
  describeTrouble,
  firstLine,
  noteTrouble,
  type PluginTrouble,
  reinstall,
  troublesOf,
} from './plugin-trouble.ts';

/** Keeps trouble with plugins from the command that runs: it is named, once per plugin, on stderr. */
export class PluginWatch {
  readonly #run: Run;
  readonly #config: Config;
  readonly #hookLimitMs: number | undefined;

  constructor(run: Run, config: Config, { hookLimitMs }: { hookLimitMs?: number | undefined } = {}) {
    this.#run = run;
    this.#config = config;
    this.#hookLimitMs = hookLimitMs;
    const troubles = troublesOf(config);
    const named = new Map(troubles.toReversed().map((trouble) => [trouble.plugin, trouble]));
    for (const trouble of [...named.values()].toReversed()) this.#warn(trouble);
  }

  /** The hooks of plugins for one event of oclif. */
  async runHooks(event: string, options: object): Promise<void> {
    const config = this.#config;
    if (config.getPluginsList().every(({ hooks }) => (hooks[event]?.length ?? 0) === 0)) return;
    const { HOOK_LIMIT_MS, runPluginHooks } = await import('./run-plugin-hooks.ts');
    await runPluginHooks(config, event, options, {
      limitMs: this.#hookLimitMs ?? HOOK_LIMIT_MS,
      onTrouble: (trouble) => this.#note(trouble),
      onHang: () => {
        this.#run.abandonsHook = true;
      },
      onStop: (plugin) =>
        this.#say(
          `The ${event} hook of the plugin ${sanitise(plugin)} ended this command; RIG_SAFE_MODE=1 runs without it.`,
        ),
    });
  }

  /** Whether an error that nobody caught comes from a plugin that has no part in the command. */
  forgives(error: unknown): boolean {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const owner = this.#config
      .getPluginsList()
      .filter(({ type }) => type !== 'core')
      .map(({ name, root }) => ({ name, at: stack.indexOf(realpathSync(root) + sep) }))
      .filter(({ at }) => at !== -1)
      .toSorted((a, b) => a.at - b.at)[0];
    if (owner === undefined || owner.name === this.#run.command?.pluginName) return false;
    const reason = `failed when nobody was listening: ${firstLine(error)}`;
    this.#note({ plugin: owner.name, reason, fix: reinstall(owner.name) });
    return true;
  }

  #note(trouble: PluginTrouble): void {
    if (noteTrouble(this.#config, trouble)) this.#warn(trouble);
  }

  #warn(trouble: PluginTrouble): void {
    this.#say(`Warning: ${describeTrouble(trouble)}`);
  }

  #say(text: string): void {
    this.#run.invocation.streams.stderr.write(`${text}\n`);
  }
}
