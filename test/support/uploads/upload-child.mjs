// Uploads a folder as `rig deploy` does, and prints how that went as one line of JSON.
//   node upload-child.ts URL TOKEN APP FOLDER
import { enableCompileCache } from 'node:module';
import { resourceUsage } from 'node:process';

// As `rig` does.
enableCompileCache();
const { scanTree, StatCache } = await import('@rig-ops/bundle');
const { RigClient } = await import('@rig-ops/client');

// As built, and this is no TypeScript either: stripping types would be much of what a short upload takes.
const built = new URL('../../../plugins/deploy/dist/logic/upload-bundle.js', import.meta.url).href;
const { uploadBundle } = await import(built);

const [url = '', token = '', app = '', root = '', cacheFolder] = process.argv.slice(2);
const started = performance.now();
const phases = {};
let last = started;
const mark = (name) => {
  phases[name] = performance.now() - last;
  last = performance.now();
};
const { signal } = new AbortController();
const cache = cacheFolder === undefined ? undefined : new StatCache(cacheFolder, root);
const scan = await scanTree(root, { signal });
mark('scan');
const client = new RigClient({ name: 'bench', url, token });
const result = await uploadBundle(client, { app, scan, cache, signal, onProgress: () => undefined });
mark('upload');
await client.close();
const { maxRSS, userCPUTime, systemCPUTime } = resourceUsage();
console.log(
  JSON.stringify({
    ...result,
    phases,
    rssBytes: maxRSS * 1024,
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    wallMs: performance.now() - started,
  }),
);
