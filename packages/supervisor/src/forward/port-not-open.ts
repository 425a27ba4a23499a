import { RigError } from '@rig-ops/contract/errors';

/** That nothing of an instance listens on a port, and on which ones it does. */
export function portNotOpen(name: string, port: number, listening: Iterable<number>): RigError {
  const open = [...listening].toSorted((left, right) => left - right);
  return new RigError('port_not_open', `No process of ${name} listens on port ${port}.`, {
    ...(open.length === 0 ? {} : { hint: `${name} listens on ${open.join(', ')}.` }),
    details: { port, open },
  });
}
