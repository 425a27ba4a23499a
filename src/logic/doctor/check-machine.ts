import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { formatBytes } from '@rig-ops/kit/text';
import { type DoctorCheck, passed, problem } from './doctor-check.ts';

/** The major version of Node that rig is made for, as `engines` of package.json says. */
const NEEDED_NODE_MAJOR = 24;
/** Below this a build of an ordinary app, with its dependencies, may fail half-way. */
const LEAST_FREE_BYTES = 1_000_000_000;

/** Looks at the machine: Node, the folder of rig's state, the disk, and whether a port can be had. */
export async function checkMachine(rigHome: string): Promise<DoctorCheck[]> {
  return [checkNode(process.versions.node), checkHome(rigHome), checkDisk(rigHome), await checkPorts()];
}

export function checkNode(version: string): DoctorCheck {
  if (Number(version.split('.')[0]) >= NEEDED_NODE_MAJOR) return passed('machine', 'node', `Node ${version}`);
  return problem(
    'machine',
    'node',
    `Node ${version} is too old.`,
    `Install Node ${NEEDED_NODE_MAJOR} or newer.`,
  );
}

export function checkHome(rigHome: string): DoctorCheck {
  const found = statSync(rigHome, { throwIfNoEntry: false });
  if (found === undefined) return checkCreatable(rigHome);
  if (!found.isDirectory()) {
    return problem('machine', 'home', `${rigHome} is not a folder.`, 'Move it away, or set RIG_HOME.');
  }
  if (found.uid !== process.getuid?.()) {
    return problem(
      'machine',
      'home',
      `${rigHome} belongs to another user.`,
      'Set RIG_HOME to a folder of yours.',
    );
  }
  if (!isWritable(rigHome)) {
    return problem('machine', 'home', `${rigHome} cannot be written to.`, `Run: chmod u+rwx ${rigHome}`);
  }
  // It holds tokens: nobody else has business in it.
  if ((found.mode & 0o077) !== 0) {
    return problem('machine', 'home', `Other users can look into ${rigHome}.`, `Run: chmod 700 ${rigHome}`);
  }
  return passed('machine', 'home', rigHome);
}

function checkCreatable(rigHome: string): DoctorCheck {
  const parent = existingParent(rigHome);
  if (isWritable(parent)) return passed('machine', 'home', `${rigHome} (made when it is needed)`);
  return problem('machine', 'home', `${rigHome} cannot be made.`, 'Set RIG_HOME to a folder of yours.');
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function checkDisk(rigHome: string): DoctorCheck {
  const { bavail, bsize } = statfsSync(existingParent(rigHome));
  const free = bavail * bsize;
  const message = `${formatBytes(free)} free for ${rigHome}`;
  if (free >= LEAST_FREE_BYTES) return passed('machine', 'disk', message);
  return problem(
    'machine',
    'disk',
    `Only ${message}.`,
    'Free some space, or set RIG_HOME to a folder on a larger disk.',
  );
}

async function checkPorts(): Promise<DoctorCheck> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return passed('machine', 'ports', 'Ports of 127.0.0.1 can be listened on.');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    return problem(
      'machine',
      'ports',
      `No port of 127.0.0.1 can be listened on (${code}).`,
      'Check the loopback interface: ip addr show lo',
    );
  } finally {
    server.close();
  }
}
