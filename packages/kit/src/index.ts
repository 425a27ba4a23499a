export type { PlatformEntries } from '@rig-ops/client/embedded';
export { findAppName, type NamedApp } from './app-name.ts';
export { currentInvocation, type Invocation, runAs, type StandardStreams } from './invocation.ts';
export { isRigCommandClass, RigCommand, type RigCommandClass } from './rig-command.ts';
export { type TableColumn, TerminalUi, type Ui } from './ui.ts';
