import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { RigError } from '@rig-ops/contract/errors';

/** Of the special-purpose registries (RFC 6890): all that does not lead to somebody else's public address. */
const blocked = new BlockList();
const RANGES: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  // What stands for an IPv4 address: translated (NAT64), 6to4 and Teredo.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
for (const [address, prefix] of RANGES)
  blocked.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is of this machine, its link or a private network. IPv4 within IPv6 counts as what it is. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  // `::ffff:a.b.c.d` is compared with the IPv4 ranges by BlockList itself.
  return family === 0 || blocked.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** What somebody is told whose receiver may not be reached. */
export type RefusalCode = 'drain_target_refused' | 'webhook_target_refused';

const refusal = (code: RefusalCode, hostname: string, address: string) =>
  new RigError(
    code,
    hostname === address
      ? `${address} is an address of this machine or of a private network.`
      : `${hostname} is ${address}, an address of this machine or of a private network.`,
  );

/** @throws RigError of `code` for an address written out; names are looked up when they are used */
export function refusePrivateLiteral(hostname: string, code: RefusalCode): void {
  if (isIP(hostname) !== 0 && isPrivateAddress(hostname)) throw refusal(code, hostname, hostname);
  if (/(^|\.)localhost\.?$/i.test(hostname)) throw refusal(code, hostname, '127.0.0.1');
}

/**
 * A lookup for sockets that refuses names of private addresses. It is the lookup whose answer is
 * connected to, so a name cannot be one thing when it is checked and another when it is used.
 */
export function guardedLookup(allowPrivate: boolean, code: RefusalCode): LookupFunction {
  return (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '', 0);
        return;
      }
      const found = allowPrivate ? undefined : addresses.find(({ address }) => isPrivateAddress(address));
      if (found !== undefined) callback(refusal(code, hostname, found.address), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
