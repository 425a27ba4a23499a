// The main job, once through, on the embedded platform of this machine: deploy an app, ask it, read its
// log, run a command in it, look at the whole. Every line that starts with `$` can be typed by hand.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rig = join(root, 'bin', 'run.js');
const strong = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

/** As one would have to type it. */
const quote = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function runRig(args, options = {}) {
  if (!options.quiet) console.log(strong(`\n$ npx rig ${args.map(quote).join(' ')}`));
  const result = spawnSync(process.execPath, [rig, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', 'inherit'],
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    console.error(
      `\nrig ${args.join(' ')} ended with ${result.status ?? result.signal}; \`npx rig doctor\` may tell why.`,
    );
    process.exit(1);
  }
  return result.stdout;
}

const app = 'hello-node';
runRig(['deploy', 'examples/hello-node', '--app', app, '--yes']);

const { url } = JSON.parse(runRig(['apps', 'info', app, '-o', 'json'], { quiet: true }));
console.log(strong(`\n$ curl ${url}`));
const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
console.log(`HTTP ${response.status}  ${(await response.text()).trimEnd()}`);
if (response.status !== 200) process.exit(1);

runRig(['logs', 'app', app, '-n', '5']);
runRig(['command', app, '--', 'node', '-p', '"Node " + process.version + " in " + process.env.RIG_INSTANCE']);
runRig(['status']);

const next = [
  [`npx rig logs app ${app} -f`, 'follow its log; Ctrl-C ends it'],
  [`npx rig command ${app} -- ls -l`, 'run something where it runs'],
  ['npx rig deploy examples/hello-node', 'change server.js first: no request is lost'],
  [`npx rig rollback --app ${app}`, 'go back to the release before'],
  ['npx rig help', 'everything there is'],
  ['npx rig platform stop', 'stop it all; the next command starts it again'],
];
console.log(`\n${strong('The app answers at')} ${url}\n${strong('What to type next:')}`);
for (const [command, what] of next) console.log(`  ${command.padEnd(38)} ${what}`);
