import { join } from 'node:path';
import { type Config, Errors, getLogger, type Interfaces, ModuleLoader, ux } from '@oclif/core';
import { firstLine, type PluginTrouble } from './plugin-trouble.ts';
import { LimitExceeded, withinLimit } from './within-limit.ts';

/** How long a hook of a plugin may take, in milliseconds. */
export const HOOK_LIMIT_MS = 10_000;

export interface HookRun {
  limitMs: number;
  onTrouble: (trouble: PluginTrouble) => void;
  /** A hook ended the command, as oclif lets it: by `this.error` or `this.exit` with a code. */
  onStop: (plugin: string) => void;
  /** A hook is still running, and nobody waits for it. */
  onHang: () => void;
}

type Hook = (this: Interfaces.Hook.Context, options: object) => unknown;

/**
 * Runs the hooks of plugins for one event: those of different plugins at once, those of one in their order.
 * A hook that throws or hangs is named and passed over; one that ends the command by oclif's means ends it.
 */
export async function runPluginHooks(
  config: Config,
  event: string,
  options: object,
  run: HookRun,
): Promise<void> {
  const concerned = config.getPluginsList().filter(({ hooks }) => (hooks[event]?.length ?? 0) > 0);
  await Promise.all(concerned.map((plugin) => runHooksOf(plugin, config, event, options, run)));
}

async function runHooksOf(
  plugin: Interfaces.Plugin,
  config: Config,
  event: string,
  options: object,
  { limitMs, onTrouble, onStop, onHang }: HookRun,
): Promise<void> {
  const context = contextOf(plugin, config, event);
  for (const { target, identifier } of plugin.hooks[event] ?? []) {
    try {
      const work = loadHook(plugin, target, identifier).then(
        async (hook) => await hook?.call(context, { ...options, config, context }),
      );
      await withinLimit(limitMs, work);
    } catch (error) {
      if (isDeliberate(error)) {
        onStop(plugin.name);
        throw error;
      }
      if (error instanceof LimitExceeded) onHang();
      const what = error instanceof LimitExceeded ? `hangs: ${error.message}` : `failed: ${firstLine(error)}`;
      onTrouble({ plugin: plugin.name, reason: `has an ${event} hook that ${what}`, fix: fixFor(plugin) });
    }
  }
}

async function loadHook(
  plugin: Interfaces.Plugin,
  target: string,
  identifier: string,
): Promise<Hook | undefined> {
  const { module } = await ModuleLoader.loadWithData(plugin, join(plugin.root, target));
  const exported = module as Record<string, unknown>;
  const named = exported[identifier];
  if (typeof named === 'function') return named as Hook;
  if (identifier !== 'default') return undefined;
  if (typeof module === 'function') return module as Hook;
  return Object.values(exported).find((value) => typeof value === 'function') as Hook | undefined;
}

function contextOf(plugin: Interfaces.Plugin, config: Config, event: string): Interfaces.Hook.Context {
  return {
    config,
    debug: getLogger([plugin.name, 'hooks', event].join(':')).debug,
    error: (message: string | Error, options: object = {}) => Errors.error(message, options),
    exit: (code = 0) => Errors.exit(code),
    log: (message, ...args: unknown[]) => ux.stdout(message, ...(args as string[])),
    warn: (message: string) => Errors.warn(message),
  };
}

/** oclif's rule: an exit code that is not zero. Everything else a hook throws was an accident. */
function isDeliberate(error: unknown): boolean {
  const { oclif, code } = error as { oclif?: { exit?: unknown }; code?: unknown };
  return typeof oclif?.exit === 'number' && oclif.exit !== 0 && code !== 'MODULE_NOT_FOUND';
}

function fixFor({ name, type }: Interfaces.Plugin): string {
  if (type === 'core') return 'It is part of rig: install rig again.';
  return `Update it, or run \`rig plugins uninstall ${name}\`.`;
}
