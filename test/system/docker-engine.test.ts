import { after } from 'node:test';
import { DockerEngine } from '../../packages/server/src/engines/docker/docker-engine.ts';
import type { ContractProgram } from '../../packages/server/src/engines/testing/contract-engine.ts';
import { engineContract } from '../../packages/server/src/engines/testing/engine-contract.ts';
import { makePlatform, waitScript } from '../../packages/server/src/engines/testing/supervised-platform.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';

const daemon = await DockerDaemon.start();
after(async () => await daemon?.close());

const scripts: Record<Exclude<ContractProgram, 'missing'>, string> = {
  serve: `require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT, '0.0.0.0')`,
  wait: waitScript,
  'ignore-term': `process.on('SIGTERM', () => {}); ${waitScript}`,
  'exit-7': 'process.exit(7)',
};

if (daemon === null)
  console.log('dockerd cannot be started here: the contract of engines is not tested on it');
else {
  const image = daemon.imageOf(
    { node: process.execPath, sh: '/bin/sh', cat: '/bin/cat', true: '/bin/true', false: '/bin/false' },
    ['WORKDIR /app'],
    { 'app/file.txt': 'fake\n' },
  );
  engineContract('DockerEngine', async (test) => {
    const docker = { host: daemon.host, certificates: null };
    const { engine, rigHome, end } = await makePlatform({ docker }, (place) => new DockerEngine(place));
    test.after(end);
    return {
      engine,
      folder: '/app',
      buildFolder: rigHome,
      argvOf: (program) => (program === 'missing' ? ['/no/such/program'] : ['node', '-e', scripts[program]]),
      stepArgv: (succeeds) => ['sh', '-c', succeeds ? 'echo done' : 'echo oh; exit 3'],
      putFile: async () => undefined,
      placeOf: ({ env }) => ({
        image,
        network: 'default',
        aliases: ['shop'],
        port: env['PORT'] === undefined ? null : Number(env['PORT']),
      }),
    };
  });
}
