import { RigError } from '@rig-ops/contract/errors';

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * The proxy to a URL as the environment names it: `HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` or
 * loopback exempts the host. Small letters win over capitals, as with curl. Throws `invalid_input` for a
 * proxy that is no HTTP proxy.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const given = valueOf(env, name);
  if (given === undefined || isLoopback(url.hostname) || isExempt(url, valueOf(env, 'NO_PROXY'))) {
    return undefined;
  }
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`);
  if (proxy === null || (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')) {
    // The value is left out: it may hold a password.
    throw new RigError('invalid_input', `${name} does not name an HTTP proxy.`, {
      hint: `Set it as http://proxy.example.com:3128, or list the platform in NO_PROXY.`,
    });
  }
  return proxy.href;
}

/** A proxy without its user and password, for messages. */
export function describeProxy(proxy: string): string {
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
}

function valueOf(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

/** The forms in use: `*`, a host, a domain with or without its dot or `*.`, an address, a CIDR range, each with a port. */
function isExempt(url: URL, list: string | undefined): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return (list ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInRange(entry, host);
  const { 1: name = entry, 2: wanted } = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function isInRange(range: string, host: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net');
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), kind);
  return list.check(host, kind);
}
