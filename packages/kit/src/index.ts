// What a plugin imports at run time. Everything heavy has a subpath of its own.
export type { RigClient } from '@rig-ops/client';
export type { PlatformEntries } from '@rig-ops/client/embedded';
export { ExitCode } from '@rig-ops/contract/exit-codes';
export type { RouteInput, RouteName, RouteOutput } from '@rig-ops/contract/routes';
export { appFlag } from './app-flag.ts';
export { findAppName, type NamedApp } from './app-name.ts';
export { currentInvocation, type Invocation, runAs, type StandardStreams } from './invocation.ts';
export { PluginError, type PluginErrorOptions } from './plugin-error.ts';
export { isRigCommandClass, RigCommand, type RigCommandClass } from './rig-command.ts';
export { tableFlags } from './table-flags.ts';
export { type TableColumn, TerminalUi, type Ui } from './ui.ts';
