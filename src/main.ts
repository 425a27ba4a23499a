import type { Config } from '@oclif/core';
import { isRigCommandClass, runAs } from '@rig-ops/kit';
import { beginRun } from './begin-run.ts';
import { Ending } from './ending.ts';
import { takeGlobalFlags } from './global-flags.ts';
import { rigHooks } from './hooks/index.ts';
import { keepThrown } from './keep-thrown.ts';
import { loadConfig, type ConfigSource } from './load-config.ts';
import { loadCommand } from './plugin-loading/load-command.ts';
import { PluginWatch } from './plugin-loading/plugin-watch.ts';
import { commandNotFound, type Resolved, resolveCommand } from './resolve-command.ts';
import type { Run, RunHook } from './run.ts';

export interface MainOptions extends Omit<ConfigSource, 'stateFolder' | 'safeMode'> {
  /** What was typed behind the program's name. */
  argv: readonly string[];
  /** Steps for every command; those of rig unless a test takes them away. */
  hooks?: readonly RunHook[];
  /** How long a hook of a plugin may take, in milliseconds. */
  hookLimitMs?: number;
}

/**
 * Runs one command line and ends the process with its exit code. oclif loads, parses and runs
 * commands; what must hold for every command, a stranger's too, is done here.
 */
export async function main({ argv, hooks = rigHooks, hookLimitMs, ...source }: MainOptions): Promise<void> {
  const globals = hooks.flatMap(({ flags }) => flags);
  const run = beginRun(argv, takeGlobalFlags(argv, globals));
  const ending = new Ending(run, hooks);
  run.invocation.authenticate = connectOnce(run, hooks);
  for (const hook of hooks) hook.onBegin?.(run);
  await ending.reach(async () => {
    const safeMode = asksForSafeMode(run);
    const config = await loadConfig({ ...source, stateFolder: run.rigHome, safeMode });
    if (safeMode) run.invocation.streams.stderr.write('Safe mode: plugins of the user are left out.\n');
    run.config = config;
    const watch = new PluginWatch(run, config, { hookLimitMs });
    ending.forgive = (error) => watch.forgives(error);
    Object.assign(run.invocation, { version: config.version });
    const resolved = resolveWithFlags(run, config, hooks);
    for (const hook of hooks) await hook.onCommand?.(run);
    await perform(run, config, resolved, ending, watch);
  });
}

function asksForSafeMode({ invocation }: Run): boolean {
  return !['', '0', 'false', undefined].includes(invocation.env.RIG_SAFE_MODE);
}

/** Looks the command up without global flags, and then takes those out that it does not define itself. */
function resolveWithFlags(run: Run, config: Config, hooks: readonly RunHook[]): Resolved {
  const globals = hooks.flatMap(({ flags }) => flags);
  const sketch = resolveCommand(config, takeGlobalFlags(run.argv, globals).rest);
  if (sketch.kind !== 'command') return sketch;
  run.command = sketch.command;
  const { rest, given } = takeGlobalFlags(run.argv, globals, sketch.command);
  run.given = given;
  return resolveCommand(config, rest);
}

async function perform(
  run: Run,
  config: Config,
  resolved: Resolved,
  ending: Ending,
  watch: PluginWatch,
): Promise<void> {
  if (resolved.kind === 'none') throw commandNotFound(config, resolved.words);
  if (resolved.kind === 'help') {
    await ending.succeed(await showHelp(run, config, resolved.subject));
    return;
  }
  const { id, args, command } = resolved;
  if (id === 'help') {
    refuseUnknownSubject(config, args);
    // Without flags of its own it is what --help is, which needs no plugin.
    if (!run.invocation.machine && args.every((arg) => !arg.startsWith('-'))) {
      await ending.succeed(
        await showHelp(
          run,
          config,
          args.flatMap((arg) => arg.split(':')),
        ),
      );
      return;
    }
  }
  if (run.invocation.machine) {
    const { ownDocument } = await import('./own-documents.ts');
    const document = await ownDocument(config, command, args);
    if (document !== undefined) {
      await ending.succeed(document);
      return;
    }
  }
  await watch.runHooks('init', { id, argv: args });
  const loaded = await loadCommand(command);
  run.ownKind = isRigCommandClass(loaded);
  // A missing argument is missing: oclif would read stdin for it, and eat what a script's loop reads.
  for (const arg of Object.values(loaded.args ?? {})) arg.ignoreStdin ??= true;
  keepThrown(loaded);
  await watch.runHooks('prerun', { Command: loaded, argv: args });
  let error: Error | undefined;
  try {
    const result = await runAs(run.invocation, async () => await loaded.run(args, config));
    await watch.runHooks('postrun', { Command: loaded, argv: args, result });
    await ending.succeed(result);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
    throw thrown;
  } finally {
    await watch.runHooks('finally', { Command: command, argv: args, id, error });
    await run.invocation.client?.close();
  }
}

/** oclif's own help command fails for a subject it does not know without saying what may have been meant. */
function refuseUnknownSubject(config: Config, args: readonly string[]): void {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (words.length > 0 && resolveCommand(config, [...words, '--help']).kind === 'none') {
    throw commandNotFound(config, words);
  }
}

async function showHelp(run: Run, config: Config, subject: string[]): Promise<object | undefined> {
  if (run.invocation.machine) {
    const { helpDocument } = await import('./help-document.ts');
    return helpDocument(config, subject);
  }
  const { default: RigHelp } = await import('./help.ts');
  await new RigHelp(config, config.pjson.oclif.helpOptions).showHelp(
    subject.length === 0 ? [] : [subject.join(':')],
  );
  return undefined;
}

function connectOnce(run: Run, hooks: readonly RunHook[]): Run['invocation']['authenticate'] {
  let connecting: Promise<void> | undefined;
  return (need) => {
    connecting ??= (async () => {
      for (const hook of hooks) await hook.onConnect?.(run, need);
    })();
    return connecting;
  };
}
