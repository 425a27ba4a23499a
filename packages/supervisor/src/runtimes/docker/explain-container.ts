import { isRigError } from '@rig-ops/contract/errors';

/** What a runtime says when the program is not there, or is not one: it has no codes. */
const missing = /no such file or directory|executable file not found/i;
const forbidden = /permission denied/i;
const foreign = /exec format error/i;
const folder = /chdir to cwd|mkdir .*read-only|no such file or directory.*cwd/i;
const OUR_WORDS = 'The Docker daemon says: ';

/** Why a container could not be started, in the words of rig and with a code where there is one. */
export function explainContainer(
  error: unknown,
  { image, argv }: { image: string; argv: readonly string[] },
): string {
  const [program = ''] = argv;
  if (!isRigError(error)) return error instanceof Error ? error.message : String(error);
  if (error.code === 'image_not_found') return `the image ${image} is not there any more`;
  if (error.code === 'port_taken') return 'its port was taken by another program of this machine';
  if (error.code === 'disk_full')
    return 'ENOSPC: there is no space left where the Docker daemon keeps its data';
  if (error.code !== 'docker_refused' && error.code !== 'docker_not_found') return error.message;
  const said = error.message.replace(OUR_WORDS, '');
  if (folder.test(said)) return `ENOENT: its working folder is not in the image: ${said}`;
  if (missing.test(said)) return `ENOENT: there is no program ${JSON.stringify(program)} in the image`;
  if (forbidden.test(said)) return `EACCES: ${JSON.stringify(program)} may not be run`;
  if (foreign.test(said)) return `ENOEXEC: ${JSON.stringify(program)} is no program for this machine`;
  return error.message;
}

/** What the reaper (tini) writes when it cannot start the program, in place of the program's own output. */
const REAPER = /^\[FATAL tini \(\d+\)\] exec (.*) failed: (.*)$/m;

/** Why the program of a container was not started, if that is what its first output says; null otherwise. */
export function readReaper(output: string): string | null {
  const [, program, why = ''] = REAPER.exec(output) ?? [];
  if (program === undefined) return null;
  if (missing.test(why)) return `ENOENT: there is no program ${JSON.stringify(program)} in the image`;
  if (forbidden.test(why)) return `EACCES: ${JSON.stringify(program)} may not be run`;
  if (foreign.test(why)) return `ENOEXEC: ${JSON.stringify(program)} is no program for this machine`;
  return `${JSON.stringify(program)} could not be started: ${why}`;
}
