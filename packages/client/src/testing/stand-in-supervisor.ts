/**
 * Stands in for supervisor and rigd in one process: writes their records, serves what the launcher
 * asks of them. The file `behaviour` in RIG_HOME says how it fails:
 * `dies`, `mute` (never ready), `port` (rigd gives up), `loops` (rigd dies over and over), `stubborn`
 * (does not stop).
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import type { PlatformRecord, SupervisorConfig, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { isAlive, type ProcessIdentity, readStartTime } from '../files/process-identity.ts';

const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SupervisorConfig;
const layout = platformLayout(config.rigHome);
const behaviourFile = join(config.rigHome, 'behaviour');
const behaviour = existsSync(behaviourFile) ? readFileSync(behaviourFile, 'utf8') : '';
const { pid } = process;
const startTime = (await readStartTime(pid)) ?? '';
const startedAt = new Date().toISOString();

if (existsSync(layout.lock)) {
  const holder = JSON.parse(readFileSync(layout.lock, 'utf8')) as ProcessIdentity;
  if (await isAlive(holder)) process.exit(3);
  rmSync(layout.lock);
}
writeFileSync(layout.lock, JSON.stringify({ pid, startTime }), { flag: 'wx' });
appendFileSync(join(config.rigHome, 'starts'), `${pid}\n`);

const answer = (response: ServerResponse, status: number, document: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
};
const stop = () => {
  if (behaviour === 'stubborn') return;
  for (const path of [layout.supervisorRecord, layout.platformRecord, layout.lock]) {
    rmSync(path, { force: true });
  }
  process.exit(0);
};
process.on('SIGTERM', stop);

if (behaviour === 'dies') {
  process.stderr.write('cannot find its feet\n');
  process.exit(1);
}
const cookie = 'cookie';
const edge = { pid, restarts: 0, lastExit: null };
const rigd = {
  pid,
  restarts: behaviour === 'loops' ? 3 : 0,
  lastExit: behaviour === 'loops' || behaviour === 'port' ? 'exited with code 1' : null,
};
const listen = (path: string, handler: Parameters<typeof createServer>[1]) => {
  rmSync(path, { force: true });
  return new Promise<void>((resolve) => void createServer(handler).listen(path, resolve));
};
await listen(layout.supervisorSocket, (request, response) => {
  if (request.headers.authorization !== `Bearer ${cookie}`) answer(response, 401, {});
  else if (request.url === '/v1/state') {
    answer(response, 200, { pid, startedAt, rigd, edge, instances: [], jobs: [] });
  } else {
    answer(response, 200, {});
    response.once('close', stop);
  }
});
const supervisor: SupervisorRecord = {
  pid,
  startTime,
  protocol: 1,
  version: config.version,
  cookie,
  startedAt,
};
writeFileSync(layout.supervisorRecord, JSON.stringify(supervisor), { mode: 0o600 });

if (behaviour === 'port') {
  const line = {
    level: 'error',
    code: 'port_taken',
    message: 'Port 7100 is taken.',
    hint: 'Choose another.',
  };
  appendFileSync(join(layout.ownLogs, 'rigd.log'), `${JSON.stringify(line)}\n`);
} else if (behaviour !== 'mute' && behaviour !== 'loops') {
  const url = `http://127.0.0.1:${config.apiPort === 0 ? 7999 : config.apiPort}`;
  const { version } = config;
  await listen(layout.rigdSocket, (request, response) => {
    if (request.url === '/v1/version') answer(response, 200, { version, api: 'v1' });
    else if (request.headers.authorization !== `Bearer ${readFileSync(layout.token, 'utf8').trim()}`) {
      answer(response, 401, { error: { code: 'not_authenticated', message: 'No.', hint: '', exitCode: 4 } });
    } else {
      const platform = {
        version,
        engine: 'process',
        url,
        edgeUrl: null,
        startedAt,
        pid,
        memoryBytes: 1,
        diskFreeBytes: 1,
      };
      answer(response, 200, { healthy: true, platform, apps: [], events: [], problems: [] });
    }
  });
  const socket = layout.rigdSocket;
  const platform: PlatformRecord = { pid, startTime, version, url, socket, startedAt };
  writeFileSync(layout.platformRecord, JSON.stringify(platform), { mode: 0o600 });
}
