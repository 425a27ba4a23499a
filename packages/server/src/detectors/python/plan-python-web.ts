import type { SourceTree } from '../detector.ts';

const FILES = ['app.py', 'main.py', 'server.py', 'wsgi.py', 'asgi.py'];

/** Name of the application object in a module, as `app`; null when none is made at its top. */
const objectIn = (text: string): string | null =>
  /^(app|application|api)\s*(?::[^=]+)?=\s*/m.exec(text)?.[1] ?? null;

/** The line that runs `web`; null when nothing in the source says how. */
export async function planPythonWeb(
  tree: SourceTree,
  names: ReadonlySet<string>,
): Promise<{ command: string; evidence: string } | { lacks: string }> {
  if (await tree.hasFile('manage.py')) return planDjango(tree, names);
  for (const file of FILES) {
    const text = await tree.readText(file);
    if (text === null) continue;
    const module = file.replace(/\.py$/, '');
    const object = objectIn(text);
    const evidence = `There is ${file}${object === null ? '' : ` with an object called ${object}`}.`;
    if (object !== null && names.has('uvicorn') && /FastAPI|Starlette|Litestar|Quart|async def/.test(text))
      return { command: `uvicorn ${module}:${object} --host "$HOST" --port "$PORT"`, evidence };
    if (object !== null && names.has('gunicorn'))
      return { command: `gunicorn ${module}:${object} --bind "$HOST:$PORT"`, evidence };
    return { command: `python3 ${file}`, evidence };
  }
  return {
    lacks: `The Python source has none of manage.py, ${FILES.join(', ')}: name a command in rig.toml or a Procfile.`,
  };
}

async function planDjango(tree: SourceTree, names: ReadonlySet<string>) {
  for (const folder of await tree.foldersIn('.')) {
    if (!(await tree.hasFile(`${folder}/wsgi.py`))) continue;
    if (names.has('gunicorn'))
      return {
        command: `gunicorn ${folder}.wsgi --bind "$HOST:$PORT"`,
        evidence: `There are manage.py and ${folder}/wsgi.py, and gunicorn is asked for.`,
      };
    return {
      lacks: `The Django project ${folder} asks for no server: add gunicorn to its requirements, or name a command in a Procfile.`,
    };
  }
  return {
    lacks: 'There is a manage.py, but no folder with a wsgi.py: name a command in rig.toml or a Procfile.',
  };
}
