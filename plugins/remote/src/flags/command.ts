import { Flags } from '@oclif/core';
import { appFlag } from '@rig-ops/kit';
import { escapeFlag } from './escape.ts';
import { whereFlags } from './where.ts';

const MANY = 'SEVERAL AT ONCE';

/** Most that run at the same time unless told otherwise. */
const DEFAULT_CONCURRENCY = 10;
/** A connection carries 1024 channels; this leaves room, and more would only wait for the platform. */
const MAX_CONCURRENCY = 200;

export const commandFlags = {
  ...appFlag,
  ...whereFlags,
  shell: Flags.string({
    description: 'Run this text with the sh of the app, instead of a program behind --.',
    helpValue: 'TEXT',
  }),
  stdin: Flags.boolean({
    description: 'Pass stdin on; --no-stdin gives the program an empty one.',
    default: true,
    allowNo: true,
  }),
  tty: Flags.boolean({
    char: 't',
    description: 'Give it a terminal; without being asked only where stdin, stdout and stderr all are one.',
    exclusive: ['all', 'instances', 'batch'],
  }),
  'no-tty': Flags.boolean({
    char: 'T',
    description: 'Give it no terminal: stdin, stdout and stderr pass as they are.',
    exclusive: ['tty'],
  }),
  ...escapeFlag,
  timeout: Flags.string({
    description: 'End it with SIGTERM, and SIGKILL 5 s later, after so long, as 30s or 5m; exit code 252.',
    helpValue: 'TIME',
  }),
  detach: Flags.boolean({
    description: 'Let it go on without rig; prints the id of its session, for rig sessions.',
    exclusive: ['tty'],
  }),
  all: Flags.boolean({
    description: 'In every running instance of the app, or of --process.',
    exclusive: ['instance', 'instances', 'new', 'detach'],
    helpGroup: MANY,
  }),
  instances: Flags.string({
    description: 'In these: instances, processes or patterns, with commas, as web.1,worker or web.*.',
    helpValue: 'INSTANCE,...',
    multiple: true,
    delimiter: ',',
    exclusive: ['instance', 'process', 'new', 'detach'],
    helpGroup: MANY,
  }),
  batch: Flags.boolean({
    description: 'Read commands from stdin, one JSON object a line, and write a result for each as it ends.',
    exclusive: ['shell', 'detach', 'all', 'instances'],
    helpGroup: MANY,
  }),
  concurrency: Flags.integer({
    description: `Run at most so many at once; ${DEFAULT_CONCURRENCY} when absent.`,
    helpValue: 'N',
    min: 1,
    max: MAX_CONCURRENCY,
    default: DEFAULT_CONCURRENCY,
    helpGroup: MANY,
  }),
  'fail-fast': Flags.boolean({
    description: 'Start no more once one has failed; those that run go on to their end.',
    helpGroup: MANY,
  }),
};
