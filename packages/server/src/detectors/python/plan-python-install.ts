import type { BuildMachine, SourceTree } from '../detector.ts';
import { missingProgram } from '../missing-program.ts';
import type { InstallReuse, PlanCache, PlanStep } from '../plan.ts';
import { readPyproject } from './read-pyproject.ts';
import { type Requirements, readRequirements } from './read-requirements.ts';

export interface PythonInstall {
  evidence: string;
  steps: PlanStep[];
  caches: PlanCache[];
  reuse: InstallReuse | null;
  /** Names of the packages it asks for by name. */
  names: ReadonlySet<string>;
  notes: string[];
}

/**
 * Programs in .venv/bin name the Python of their .venv by its whole path. This has them look beside themselves,
 * so that the folder can be moved from one build to the next.
 */
const MAKE_MOVABLE = `import pathlib
for p in pathlib.Path(".venv/bin").iterdir():
    if p.is_symlink() or not p.is_file(): continue
    lines = p.read_bytes().split(b"\\n")
    if lines[0].startswith(b"#!") and b"/.venv/bin/python" in lines[0]: rest = lines[1:]
    elif lines[0] == b"#!/bin/sh" and len(lines) > 2 and lines[1].startswith(b"'''exec'") and b"/.venv/bin/python" in lines[1]: rest = lines[3:]
    else: continue
    head = [b"#!/bin/sh", b"'''exec' \\"$(dirname -- \\"$(realpath -- \\"$0\\")\\")\\"/python \\"$0\\" \\"$@\\"", b"' '''"]
    p.write_bytes(b"\\n".join(head + rest))
`;

const step = (name: string, argv: string[], env?: Record<string, string>): PlanStep => ({
  name,
  phase: 'install',
  argv,
  ...(env === undefined ? {} : { env }),
});

const PIP = ['.venv/bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'];

function pipSteps(what: string[]): PlanStep[] {
  return [
    step('python3 -m venv .venv', ['python3', '-m', 'venv', '--clear', '.venv']),
    step(`pip install ${what.join(' ')}`, [...PIP, ...what]),
    // In a variable, so that the log of the build shows one line of it.
    step(
      'make .venv movable',
      ['.venv/bin/python', '-c', 'import os; exec(os.environ["RIG_MAKE_MOVABLE"])'],
      {
        RIG_MAKE_MOVABLE: MAKE_MOVABLE,
      },
    ),
  ];
}

const PIP_CACHE: PlanCache = { name: 'pip', variable: 'PIP_CACHE_DIR' };

/**
 * Decides how the packages of a Python app are installed: by uv.lock, requirements.txt or pyproject.toml.
 * @returns null when it has none of these
 * @throws RigError `toolchain_missing`
 */
export async function planPythonInstall(
  tree: SourceTree,
  machine: BuildMachine,
): Promise<PythonInstall | null> {
  if (await tree.hasFile('uv.lock')) return planUv(tree, machine);
  const requirements = await readRequirements(tree);
  const pyproject = await tree.readText('pyproject.toml');
  const project = pyproject === null ? null : readPyproject(pyproject);
  if (requirements === null && project?.isProject !== true) return null;
  const file = requirements === null ? 'pyproject.toml' : 'requirements.txt';
  if (!(await machine.hasProgram('python3'))) throw missingProgram('python3', `The source has a ${file}`);
  if (!(await machine.succeeds(['python3', '-c', 'import ensurepip, venv'])))
    throw missingProgram(
      'python3',
      `The source has a ${file}, for which a venv is made`,
      'give it the modules venv and ensurepip: `apt-get install python3-venv`',
    );
  return requirements === null
    ? planProject(tree, project?.names ?? new Set())
    : planRequirements(requirements);
}

function planRequirements({ files, isLocal, loose, names }: Requirements): PythonInstall {
  const shown =
    loose.length > 3 ? `${loose.slice(0, 3).join(', ')} and ${loose.length - 3} more` : loose.join(', ');
  return {
    evidence: 'There is a requirements.txt.',
    steps: pipSteps(['-r', 'requirements.txt']),
    caches: [PIP_CACHE],
    // What pip would choose anew is not decided by the file.
    reuse: isLocal || loose.length > 0 ? null : { inputs: files, tools: ['python3'], outputs: ['.venv'] },
    names,
    notes:
      loose.length === 0
        ? []
        : [
            `requirements.txt does not fix the version of ${shown}: pip chooses it anew with each build. \`pip freeze > requirements.txt\` fixes all.`,
          ],
  };
}

async function planProject(tree: SourceTree, names: ReadonlySet<string>): Promise<PythonInstall> {
  const lockfile = (await tree.hasFile('poetry.lock'))
    ? 'poetry.lock'
    : (await tree.hasFile('pdm.lock'))
      ? 'pdm.lock'
      : null;
  return {
    evidence: 'There is a pyproject.toml with a [project] table.',
    steps: pipSteps(['.']),
    caches: [PIP_CACHE],
    reuse: null,
    names,
    notes: [
      lockfile === null
        ? 'There is no uv.lock: pip chooses the versions of the packages anew with each build. `uv lock` makes one.'
        : `${lockfile} is not read: pip chooses the versions. Export it as requirements.txt, or use uv.`,
    ],
  };
}

async function planUv(tree: SourceTree, machine: BuildMachine): Promise<PythonInstall> {
  if (!(await machine.hasProgram('uv')))
    throw missingProgram(
      'uv',
      'The source has a uv.lock',
      'put a requirements.txt in its place: `uv export > requirements.txt`',
    );
  const { isPackage, names } = readPyproject((await tree.readText('pyproject.toml')) ?? '');
  // A Python that uv downloads would lie in the HOME of the build, which does not outlive it.
  const env = { UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy', UV_PROJECT_ENVIRONMENT: '.venv' };
  const sync = ['uv', 'sync', '--frozen', '--no-dev', ...(isPackage ? ['--no-editable'] : [])];
  return {
    evidence: 'There is a uv.lock.',
    steps: [
      step('uv venv', ['uv', 'venv', '--relocatable', '--clear', '.venv'], env),
      step(sync.join(' '), sync, env),
    ],
    caches: [{ name: 'uv', variable: 'UV_CACHE_DIR' }],
    reuse: isPackage
      ? null
      : {
          inputs: ['uv.lock', 'pyproject.toml', '.python-version'],
          tools: ['uv', 'python3'],
          outputs: ['.venv'],
        },
    names,
    notes: [],
  };
}
