/** What a value is, where the platform or the machine knows which there are. */
export type ValueKind =
  | 'apps'
  | 'networks'
  | 'contexts'
  | 'releases'
  | 'tags'
  | 'deploys'
  | 'instances'
  | 'builds'
  | 'sessions'
  | 'files'
  | 'folders';

export interface CompletableValue {
  summary: string;
  options?: string[];
  kind?: ValueKind;
}

export interface CompletableFlag extends CompletableValue {
  char?: string;
  /** Whether a value follows. */
  takesValue: boolean;
  /** Whether it may be given again. */
  multiple?: boolean;
}

export interface CompletableCommand {
  summary: string;
  args: CompletableValue[];
  /** By name. A flag that can be negated is there twice. */
  flags: Record<string, CompletableFlag>;
}

/** All that completion knows of the command line, in one file that is read at each press of Tab. */
export interface CompletionIndex {
  format: 1;
  /** What it was made from; see `index-stamp.ts`. */
  stamp: string;
  madeAt: number;
  /** Whether a folder is linked as a plugin: its commands change without a trace. */
  linked: boolean;
  /** By words (`apps list`). */
  commands: Record<string, CompletableCommand>;
  /** Summaries by words (`apps`). */
  topics: Record<string, string>;
  /** Flags of every command. */
  globals: Record<string, CompletableFlag>;
}
