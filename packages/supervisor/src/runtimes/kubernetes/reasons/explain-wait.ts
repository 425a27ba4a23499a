import type { PodWait } from '../status/pod-view.ts';
import { explainPull } from './explain-pull.ts';

/** What a pod waits for, in the words of rig. */
export interface WaitExplained {
  text: string;
  /** Whether it will not come about by waiting: what was wanted cannot be run. */
  hopeless: boolean;
}

const clean = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '');
const behind = (text: string): string => (text === '' ? '' : `: ${clean(text)}`);

const ROOT = /runAsNonRoot/;
const NAMED = /non-numeric user/;
const NO_FILE = /no such file or directory|executable file not found|not found in \$PATH/i;
const NOT_ALLOWED = /permission denied/i;
const NO_PROGRAM = /exec format error/i;
/** Of a node that has much to do; and a Secret that is applied again with the next start. */
const PASSES = /timed? ?out|deadline exceeded|failed to sync|is reserved for|^secret "[^"]*" not found/i;
const FOLDER = /chdir to cwd|working directory/i;

/** Why a program could not be started, from what a container runtime says: it has no codes. */
export function explainStart(said: string, program: string): string {
  const shown = JSON.stringify(program);
  if (FOLDER.test(said)) return `ENOENT: its working folder is not in the image: ${clean(said)}`;
  if (NO_FILE.test(said)) return `ENOENT: there is no program ${shown} in the image`;
  if (NOT_ALLOWED.test(said)) return `EACCES: ${shown} may not be run`;
  if (NO_PROGRAM.test(said)) return `ENOEXEC: ${shown} is no program for the machine of its node`;
  return `it could not be started: ${clean(said)}`;
}

const hopeless = (text: string): WaitExplained => ({ text, hopeless: true });
const waits = (text: string): WaitExplained => ({ text, hopeless: false });

/** @param image of the container of the app */
export function explainWait(
  { reason, message, image: about }: PodWait,
  of: { image: string; program: string },
): WaitExplained {
  const image = about === undefined || about === '' ? of.image : about;
  const { program } = of;
  switch (reason) {
    case 'InvalidImageName':
      return hopeless(`${image} is no name of an image`);
    case 'ErrImageNeverPull':
      return hopeless(`the image ${image} is not on its node, and must not be fetched`);
    case 'ImagePullBackOff':
    case 'RegistryUnavailable':
      return (
        explainPull(image, message) ?? hopeless(`the image ${image} cannot be fetched${behind(message)}`)
      );
    case 'ErrImagePull':
      return (
        explainPull(image, message) ?? waits(`the image ${image} could not be fetched${behind(message)}`)
      );
    case 'ImageInspectError':
      return hopeless(`the image ${image} is damaged on its node${behind(message)}`);
    case 'CreateContainerConfigError':
      if (NAMED.test(message))
        return hopeless(
          `the image ${image} names its user by a word, of which a node cannot tell whether it is root: let it say \`USER\` with a number`,
        );
      if (ROOT.test(message))
        return hopeless(
          `the image ${image} runs as root, which pods may not: let it say \`USER\` with a number`,
        );
      return { text: `its container cannot be made${behind(message)}`, hopeless: !PASSES.test(message) };
    case 'CreateContainerError':
    case 'RunContainerError':
    case 'StartError':
    case 'ContainerCannotRun':
      return { text: explainStart(message, program), hopeless: !PASSES.test(message) };
    case 'PreparationRefused':
      return hopeless(`what it needs could not be put into its pod${behind(message)}`);
    case 'PreparationFailed':
      return waits(`what it needs could not be put into its pod${behind(message)}`);
    case 'Unschedulable':
      return waits(`no node of the cluster has room for it${behind(message)}`);
    case 'SchedulingGated':
      return waits('somebody holds its pod back from every node (schedulingGates)');
    case 'Scheduling':
      return waits('a node is looked for');
    case 'Preparing':
      return waits('its files are put into its pod');
    case 'ContainerCreating':
      return waits(`its container is being made${behind(message)}`);
    case 'CrashLoopBackOff':
      return waits('the cluster lets some time go by before it starts it again');
    default:
      return waits(`${reason}${behind(message)}`);
  }
}
