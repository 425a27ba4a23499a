// Enforces the import table with dependency-cruiser. With an argument: that folder is the root of a
// tree laid out like this repository (the architecture test plants violations in a copy).
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { importTable } from './import-table.mjs';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
process.chdir(root);

const rooms = Object.keys(importTable);
const anyRoom = `^(${rooms.join('|')})/`;
const oclif = 'node_modules/@oclif/';
const here = (room) => `^${room}/`;

const forbidden = rooms.flatMap((room) => {
  const allowed = importTable[room].filter((target) => target !== 'oclif');
  return [
    {
      name: `rooms-of-${room}`,
      severity: 'error',
      from: { path: here(room), pathNot: '/testing/|\\.test\\.ts$' },
      to: { path: anyRoom, pathNot: [room, ...allowed].map(here).join('|') },
    },
    ...(importTable[room].includes('oclif')
      ? []
      : [
          { name: `no-oclif-in-${room}`, severity: 'error', from: { path: here(room) }, to: { path: oclif } },
        ]),
  ];
});
forbidden.push(
  {
    name: 'logic-and-engines-know-no-callers',
    severity: 'error',
    from: { path: '/(logic|engines)/' },
    to: { path: `/(commands|features)/|${oclif}` },
  },
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
);

const folders = rooms
  .map((room) => (room === 'src' ? room : join(room, 'src')))
  .filter((folder) => {
    try {
      return readdirSync(folder).length > 0;
    } catch {
      return false;
    }
  });
const result = await cruise(folders, {
  ruleSet: { forbidden },
  validate: true,
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)dist/' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['rig-source', 'node', 'import', 'types', 'default'],
  },
});
const { summary, modules } = result.output;
for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
// A tool that could not read TypeScript sees files without imports and finds nothing wrong.
const followed = modules.filter((module) => module.source.endsWith('.ts') && module.dependencies.length > 0);
if (followed.length < folders.length) {
  console.error(`only ${followed.length} of ${modules.length} modules have imports: TypeScript was not read`);
  process.exitCode = 1;
}
if (summary.error > 0) process.exitCode = 1;
else
  console.log(
    `boundaries: ${modules.length} modules, ${summary.totalDependenciesCruised} imports, none forbidden`,
  );
