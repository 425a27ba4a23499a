import type { EdgeRoutes } from '@rig-ops/contract/edge';

/**
 * Parses a routes file and checks all that the edge relies on, so that a file that was damaged leaves
 * the routes as they are.
 *
 * @throws SyntaxError telling what is wrong
 */
export function parseRoutes(text: string): EdgeRoutes {
  const routes: unknown = JSON.parse(text);
  check(isRecord(routes), 'it is not an object');
  const { generation, hostPort, apps } = routes;
  check(Number.isSafeInteger(generation), 'generation is not a number');
  check(isPort(hostPort, 0), 'hostPort is not a port');
  check(Array.isArray(apps), 'apps is not a list');
  for (const app of apps as unknown[]) {
    check(isRecord(app), 'an app is not an object');
    check(typeof app['id'] === 'string' && app['id'] !== '', 'an app has no id');
    const { id, name, port, hosts, upstreams, shares } = app;
    check(typeof name === 'string', `${id} has no name`);
    check(isPort(port, 1), `port of ${id} is not a port`);
    check(Array.isArray(hosts) && hosts.every((host) => typeof host === 'string'), `hosts of ${id}`);
    check(Array.isArray(upstreams) && upstreams.every(isUpstream), `upstreams of ${id}`);
    check(shares === undefined || (Array.isArray(shares) && shares.every(isShare)), `shares of ${id}`);
  }
  return routes as unknown as EdgeRoutes;
}

function isUpstream(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['instance'] === 'string' &&
    typeof value['host'] === 'string' &&
    isPort(value['port'], 1) &&
    (value['release'] === undefined || Number.isSafeInteger(value['release']))
  );
}

function isShare(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { release, percent } = value;
  return Number.isSafeInteger(release) && typeof percent === 'number' && percent >= 0 && percent <= 100;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPort(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 0xffff;
}

function check(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new SyntaxError(problem);
}
