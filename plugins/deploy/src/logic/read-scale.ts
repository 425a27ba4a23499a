import { RigError } from '@rig-ops/contract/errors';

export interface ScaleArguments {
  /** Undefined when none was named. */
  app: string | undefined;
  processes: Record<string, number>;
}

/** `[APP] PROCESS=N …`, in any order. @throws RigError `usage` */
export function readScale(words: readonly string[]): ScaleArguments {
  const apps = words.filter((word) => !word.includes('='));
  if (apps.length > 1)
    throw new RigError('usage', `${JSON.stringify(apps[1])} is not of the form PROCESS=NUMBER.`);
  const processes: Record<string, number> = {};
  for (const word of words.filter((each) => each.includes('='))) {
    const [process = '', count = ''] = word.split('=', 2);
    if (!/^\d{1,4}$/.test(count) || word.split('=').length > 2)
      throw new RigError('usage', `${JSON.stringify(word)} is not of the form PROCESS=NUMBER.`);
    if (Object.hasOwn(processes, process)) throw new RigError('usage', `${process} is given twice.`);
    processes[process] = Number(count);
  }
  return { app: apps[0], processes };
}
