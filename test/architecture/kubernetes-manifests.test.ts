import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadAll } from 'js-yaml';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'deploy/kubernetes');

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  env?: { name: string; value?: string }[];
  ports: { name: string; containerPort: number }[];
  securityContext: Record<string, unknown>;
  readinessProbe: Probe;
  livenessProbe: Probe;
}
interface Manifest {
  kind: string;
  metadata?: { name: string; labels?: Record<string, string> };
  rules?: Rule[];
  spec?: {
    replicas?: number;
    publishNotReadyAddresses?: boolean;
    ports?: { port: number; targetPort: string }[];
    template?: { spec: { securityContext: Record<string, unknown>; containers: Container[] } };
  };
  resources?: string[];
  components?: string[];
  patches?: { path: string }[];
  configMapGenerator?: { envs?: string[] }[];
}

const read = (path: string): Manifest[] =>
  (loadAll(readFileSync(join(folder, path), 'utf8')) as (Manifest | null)[]).filter((each) => each !== null);

/** What each call of the client of a cluster is to the authorizer. */
const VERBS: Record<string, readonly string[]> = {
  list: ['list'],
  watch: ['list', 'watch'],
  find: ['get'],
  read: ['get'],
  create: ['create'],
  // One that is not there is created by it, which is looked at once more.
  apply: ['create', 'patch'],
  merge: ['patch'],
  patch: ['patch'],
  delete: ['delete'],
  deleteAll: ['deletecollection'],
};
/** Asked of the discovery, which everybody may read. */
const FREE = new Set(['serves', 'apiVersion', 'pathOf']);
/** Streams, and what is asked where it is there: no calls of this kind. */
const BESIDE = [
  '/pods/log get',
  '/pods/exec create',
  '/pods/exec get',
  '/pods/portforward create',
  '/pods/portforward get',
  'metrics.k8s.io/pods list',
];

const sources = globSync('packages/{supervisor,server,kubernetes}/src/**/*.ts', { cwd: root })
  .filter((path) => !/\.test\.ts$|\/testing\/|\/dev-/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'));

/** `group/plural` of each name in the list of resources of the client. */
function readResources(): Map<string, string> {
  const text = readFileSync(join(root, 'packages/kubernetes/src/resources.ts'), 'utf8');
  const list = text.slice(text.indexOf('export const resources = {'));
  const core = [...list.matchAll(/(\w+): core<[^>]+>\(\s*'\w+',\s*'(\w+)'/g)].map(
    ([, name = '', plural = '']) => [name, `/${plural}`] as const,
  );
  const grouped = [
    ...list.matchAll(/(\w+): grouped<[^>]+>\(\s*'([\w.]+)',\s*\[[^\]]+\],\s*'\w+',\s*'(\w+)'/g),
  ].map(([, name = '', group = '', plural = '']) => [name, `${group}/${plural}`] as const);
  return new Map([...core, ...grouped]);
}

const inOrder = (all: Iterable<string>): string[] => [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1));

describe('deploy/kubernetes', () => {
  it('lets the platform do what its code calls, and nothing else', () => {
    const resources = readResources();
    assert.ok(resources.size > 10);
    const wanted = new Set(BESIDE);
    for (const source of sources) {
      for (const [, call = '', name = ''] of source.matchAll(
        /[cC]lient\)?\s*\.(\w+)(?:<[^>]*>)?\(\s*resources\.(\w+)/g,
      )) {
        if (FREE.has(call)) continue;
        const verbs = VERBS[call] ?? assert.fail(`what does ${call} ask for?`);
        for (const verb of verbs) wanted.add(`${resources.get(name) ?? assert.fail(name)} ${verb}`);
      }
    }
    const [role] = read('base/cluster-role.yaml');
    const allowed = (role?.rules ?? []).flatMap(({ apiGroups, resources: plurals, verbs }) =>
      apiGroups.flatMap((group) =>
        plurals.flatMap((plural) => verbs.map((verb) => `${group}/${plural} ${verb}`)),
      ),
    );
    assert.deepEqual(inOrder(allowed), inOrder(wanted));
    assert.ok(!allowed.some((each) => each.includes('*')));
  });

  it('has nothing in a file that no kustomization names', () => {
    const named = new Set<string>();
    for (const path of globSync('**/kustomization.yaml', { cwd: folder })) {
      const [kustomization] = read(path);
      const { resources = [], components = [], patches = [], configMapGenerator = [] } = kustomization ?? {};
      const all = [
        ...resources,
        ...components,
        ...patches.map((patch) => patch.path),
        ...configMapGenerator.flatMap(({ envs = [] }) => envs),
      ];
      for (const each of all) {
        const found = join(path, '..', each);
        named.add(/\.(?:yaml|env)$/.test(found) ? found : join(found, 'kustomization.yaml'));
      }
    }
    const there = globSync('**/*.{yaml,env}', { cwd: folder }).filter(
      (path) => !path.startsWith('overlays/'),
    );
    assert.deepEqual(
      there.filter((path) => !named.has(path)),
      ['components/own-namespaces/kustomization.yaml'],
    );
    for (const path of named) assert.ok(there.includes(path), path);
  });

  it('runs one platform, with the rights that the pod security standard `restricted` leaves', () => {
    const [set] = read('base/stateful-set.yaml');
    assert.equal(set?.spec?.replicas, 1);
    const { securityContext, containers } = set.spec.template?.spec ?? assert.fail('no pod');
    assert.equal(securityContext.runAsNonRoot, true);
    assert.deepEqual(securityContext.seccompProfile, { type: 'RuntimeDefault' });
    const [container] = containers;
    assert.ok(container !== undefined);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    assert.deepEqual(container.readinessProbe.httpGet, { path: '/readyz', port: 'probes' });
    // Whether it lives is not the matter of its database: what is served without it would be cut.
    assert.deepEqual(container.livenessProbe.httpGet, { path: '/livez', port: 'probes' });
    const services = read('base/services.yaml');
    assert.deepEqual(
      services.map(({ metadata, spec }) => [metadata?.name, spec?.publishNotReadyAddresses ?? false]),
      [
        ['rig', false],
        ['rig-edge', true],
      ],
    );
    const [namespace] = read('base/namespace.yaml');
    assert.equal(namespace?.metadata?.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  });

  it('names the same ports and settings everywhere', () => {
    const settings = Object.fromEntries(
      readFileSync(join(folder, 'base/settings.env'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('=') as [string, string]),
    );
    const [set] = read('base/stateful-set.yaml');
    const ports = set?.spec?.template?.spec.containers[0]?.ports ?? [];
    const portOf = (name: string) => ports.find((port) => port.name === name)?.containerPort;
    assert.equal(settings.RIG_LISTEN, `0.0.0.0:${portOf('api')}`);
    assert.equal(settings.RIG_PROBE_LISTEN, `0.0.0.0:${portOf('probes')}`);
    assert.equal(settings.RIG_EDGE_LISTEN, `0.0.0.0:${portOf('edge')}`);
    const [api] = read('base/services.yaml');
    assert.equal(
      settings.RIG_POD_URL,
      `http://${api?.metadata?.name}.rig.svc:${api?.spec?.ports?.[0]?.port}`,
    );
    const documented = readFileSync(join(root, 'docs/kubernetes.md'), 'utf8');
    const code = readFileSync(join(root, 'packages/client/src/container/read-settings.ts'), 'utf8');
    const known = new Set([...code.matchAll(/RIG_[A-Z_]+/g)].map(([name]) => name));
    for (const name of Object.keys(settings)) assert.ok(known.has(name), name);
    for (const name of known)
      assert.ok(documented.includes(`\`${name}\``), `${name} is not in docs/kubernetes.md`);
  });
});
