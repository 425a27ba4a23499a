import type { Detection, Detector, SourceTree } from '../detector.ts';
import { hasStartScript, STARTED_BY_NODE } from '../has-start-script.ts';
import { missingProgram } from '../missing-program.ts';
import type { ProcessPlan } from '../plan.ts';

/** Names of a command that serves, where there are several. */
const SERVERS = ['web', 'server', 'api', 'app'];

/** Programs of a module: those below cmd/, else the one at its top. */
async function findCommands(tree: SourceTree): Promise<{ packages: string; names: string[] }> {
  const names: string[] = [];
  for (const name of await tree.foldersIn('cmd'))
    if (await tree.hasFile(`cmd/${name}/main.go`)) names.push(name);
  return names.length === 0 ? { packages: '.', names: ['app'] } : { packages: './cmd/...', names };
}

function processesOf(names: readonly string[], moduleName: string): ProcessPlan[] | undefined {
  const [only] = names;
  const web = names.length === 1 ? only : names.find((name) => name === moduleName || SERVERS.includes(name));
  return web === undefined ? undefined : [{ name: 'web', argv: [`bin/${web}`] }];
}

/** A go.mod: built into bin/, which is run. */
export const goDetector: Detector = {
  name: 'go',
  explain: 'go.mod: a main package at its top or in cmd/NAME',
  reads: ['go.mod', 'package.json'],
  detect: async (tree, machine) => {
    const text = await tree.readText('go.mod');
    if (text === null) return { missed: 'There is no go.mod.' };
    if (await hasStartScript(tree)) return { missed: STARTED_BY_NODE };
    if (!(await machine.hasProgram('go'))) throw missingProgram('go', 'The source has a go.mod');
    const module = /^module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? '';
    const { names, packages } = await findCommands(tree);
    const isSingle = packages === '.';
    const argv = ['go', 'build', '-trimpath', '-o', isSingle ? 'bin/app' : 'bin/', packages];
    const processes = processesOf(names, module.split('/').at(-1) ?? '');
    const detection: Detection = {
      evidence: [
        `go.mod is the module ${module}; its programs: ${isSingle ? 'the one at its top' : names.join(', ')}.`,
      ],
      steps: [
        {
          name: argv.join(' '),
          phase: 'build',
          argv,
          // A store of modules that its owner cannot write to could not be removed.
          env: { GOFLAGS: '-modcacherw', GOTELEMETRY: 'off' },
        },
      ],
      caches: [
        { name: 'go-modules', variable: 'GOMODCACHE' },
        { name: 'go-build', variable: 'GOCACHE' },
      ],
      notes: [],
    };
    if (processes !== undefined) return { ...detection, processes };
    return {
      ...detection,
      lacks: `Of ${names.map((name) => `cmd/${name}`).join(', ')} none is called ${SERVERS.join(', ')}: name one in rig.toml, as [processes] web = "bin/${names[0]}".`,
    };
  },
};
