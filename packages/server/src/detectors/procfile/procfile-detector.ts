import { RigError } from '@rig-ops/contract/errors';
import type { Detector } from '../detector.ts';
import { toArgv } from '../shell-command.ts';
import { parseProcfile } from './parse-procfile.ts';

/** A Procfile names the processes; how to build them the next detectors say. */
export const procfileDetector: Detector = {
  name: 'procfile',
  explain: 'Procfile: lines as "web: node server.js"',
  reads: ['Procfile'],
  detect: async (tree) => {
    const text = await tree.readText('Procfile');
    if (text === null) return { missed: 'There is no Procfile.' };
    const lines = parseProcfile(text);
    const release = lines.find((line) => line.name === 'release');
    const processes = lines
      .filter((line) => line.name !== 'release')
      .map((line) => ({ name: line.name, argv: toArgv(line.command) }));
    if (processes.length === 0)
      throw new RigError('invalid_procfile', 'The Procfile names no process to run.');
    const evidence = [`Procfile names ${processes.map(({ name }) => name).join(', ')}.`];
    const releaseCommand = release === undefined ? {} : { releaseCommand: toArgv(release.command) };
    return { evidence, processes, ...releaseCommand, notes: [] };
  },
};
