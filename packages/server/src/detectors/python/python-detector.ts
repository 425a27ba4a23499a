import type { Detector } from '../detector.ts';
import { hasStartScript, STARTED_BY_NODE } from '../has-start-script.ts';
import { missingProgram } from '../missing-program.ts';
import { toArgv } from '../shell-command.ts';
import { planPythonInstall } from './plan-python-install.ts';
import { planPythonWeb } from './plan-python-web.ts';

/** Python: packages by their lockfile into .venv, whose programs come first on PATH. */
export const pythonDetector: Detector = {
  name: 'python',
  explain: 'uv.lock, requirements.txt or pyproject.toml with manage.py, app.py, main.py or server.py',
  reads: ['requirements.txt', 'pyproject.toml', 'app.py', 'main.py', 'server.py', 'package.json'],
  detect: async (tree, machine) => {
    if (await hasStartScript(tree)) return { missed: STARTED_BY_NODE };
    const install = await planPythonInstall(tree, machine);
    const web = await planPythonWeb(tree, install?.names ?? new Set());
    if (install === null && 'lacks' in web)
      return {
        missed: 'There is no uv.lock, requirements.txt, pyproject.toml, app.py, main.py or server.py.',
      };
    if (install === null && !(await machine.hasProgram('python3')))
      throw missingProgram(
        'python3',
        'evidence' in web ? web.evidence.replace(/\.$/, '') : 'The source is Python',
      );
    return {
      evidence: [
        ...(install === null ? [] : [install.evidence]),
        ...('evidence' in web ? [web.evidence] : []),
      ],
      steps: install?.steps ?? [],
      caches: install?.caches ?? [],
      ...(install?.reuse ? { reuse: install.reuse } : {}),
      ...('command' in web
        ? { processes: [{ name: 'web', argv: toArgv(web.command) }] }
        : { lacks: web.lacks }),
      notes: install?.notes ?? [],
    };
  },
};
