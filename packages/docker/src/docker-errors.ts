import { isRigError, RigError } from '@rig-ops/contract/errors';
import { describeDockerHost, type DockerHost } from './docker-host.ts';

/** A daemon has no codes of its own beside the status: what it says is all there is to tell these apart. */
const sayings = [
  { code: 'disk_full', says: /no space left on device/i },
  { code: 'port_taken', says: /port is already allocated|address already in use/i },
  { code: 'image_not_found', says: /no such image|image not known|unable to find .* in local storage/i },
] as const;

const byStatus = new Map([
  // A network that something is in.
  [403, 'docker_conflict'],
  [404, 'docker_not_found'],
  [409, 'docker_conflict'],
] as const);

/** The error of an answer with a status from 400. */
export function toAnswerError(status: number, said: string): RigError {
  const code =
    sayings.find(({ says }) => says.test(said))?.code ??
    (byStatus as ReadonlyMap<number, 'docker_conflict'>).get(status) ??
    'docker_refused';
  const text = said.trim().replace(/\.$/, '');
  return new RigError(code, `The Docker daemon says: ${text === '' ? `status ${status}` : text}.`, {
    details: { status },
  });
}

/** The error of a connection that did not come about, or broke. */
export function toConnectionError(host: DockerHost, error: unknown): RigError {
  if (isRigError(error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const where = describeDockerHost(host);
  if (code === 'EACCES' || code === 'EPERM')
    return new RigError('docker_not_permitted', `The Docker daemon at ${where} does not let this user in.`, {
      cause: error,
    });
  const why = code === 'ENOENT' ? 'there is no such socket' : code === '' ? message : code;
  return new RigError('docker_unreachable', `The Docker daemon at ${where} does not answer: ${why}.`, {
    cause: error,
  });
}

/** Whether the daemon said that it does not have what was named. */
export const isDockerNotFound = (error: unknown): boolean =>
  isRigError(error) && (error.code === 'docker_not_found' || error.code === 'image_not_found');

/** Whether something is in the way, or under way already. */
export const isDockerConflict = (error: unknown): boolean =>
  isRigError(error) && error.code === 'docker_conflict';

/** Whether the daemon could not be asked: what it runs may go on, and it may be back soon. */
export const isDockerAway = (error: unknown): boolean =>
  isRigError(error) && error.code === 'docker_unreachable';
