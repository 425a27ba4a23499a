import { isIP } from 'node:net';
import { RigError } from '@rig-ops/contract/errors';

/** Where to listen here, and what to reach there: `[[ADDRESS:]LOCAL:]REMOTE`. */
export interface WantedForward {
  /** As it was typed. */
  text: string;
  /** Null for loopback. */
  address: string | null;
  /** 0 for any that is free. */
  local: number;
  /** A port, or the name of a process for its PORT; null for the PORT of whatever instance comes first. */
  remote: number | string | null;
}

const PORT = /^\d{1,5}$/;
const PROCESS = /^[a-z][a-z0-9-]{0,39}$/;

/** Whether an argument is a forward rather than the name of an app. */
export const looksLikeForward = (text: string): boolean => /^[\d[*]|:/.test(text);

/** @throws RigError usage */
export function parseForward(text: string): WantedForward {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
  const parts = (bracketed?.[2] ?? text).split(':');
  const remote = parts.pop() ?? '';
  const local = parts.pop();
  const address = bracketed?.[1] ?? parts.pop() ?? null;
  if (parts.length > 0 || (bracketed !== null && local === undefined)) {
    throw wrong(text, 'It is [[ADDRESS:]LOCAL:]REMOTE; an IPv6 address stands in brackets.');
  }
  const isPort = PORT.test(remote);
  if (!isPort && !PROCESS.test(remote))
    throw wrong(text, `${quote(remote)} is neither a port nor a process.`);
  if (isPort && !inRange(remote, 1))
    throw wrong(text, `${quote(remote)} is no port: they go from 1 to 65535.`);
  if (local !== undefined && !(PORT.test(local) && inRange(local, 0))) {
    throw wrong(
      text,
      `${quote(local)} is no local port: they go from 1 to 65535, and 0 takes any that is free.`,
    );
  }
  return {
    text,
    address: address === null || address === 'localhost' ? null : checkAddress(text, address),
    // Numbers of PORT are the platform's choice and say nothing here.
    local: local === undefined ? (isPort ? Number(remote) : 0) : Number(local),
    remote: isPort ? Number(remote) : remote,
  };
}

/** Whether only this machine can connect to an address. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

function checkAddress(text: string, address: string): string {
  if (address === '*') return '::';
  if (isIP(address) === 0) throw wrong(text, `${quote(address)} is no address of this machine.`);
  return address;
}

const inRange = (digits: string, least: number): boolean =>
  Number(digits) >= least && Number(digits) <= 65_535;
const quote = (value: string): string => JSON.stringify(value);
const wrong = (text: string, why: string): RigError =>
  new RigError('usage', `${quote(text)} cannot be forwarded: ${why}`, {
    hint: 'As in 5432, 9000:5432, web or 127.0.0.1:9000:web.',
  });
