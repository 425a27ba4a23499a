import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';

/** What an app is created with. */
export interface NewApp {
  name: string;
  network?: string;
  domains?: string[];
}

/** How somebody is asked while an app is created. */
export interface Asking {
  ui: Pick<Ui, 'interactive' | 'ask' | 'note'>;
  signal: AbortSignal;
}

/**
 * What a rig.toml says of an app that is created with it.
 * @throws RigError `invalid_rig_toml`, `config_unreadable`
 */
export async function readNewApp(file: string): Promise<Partial<NewApp>> {
  const { parseRigToml } = await import('@rig-ops/contract/rig-toml-file');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'unknown reason'})`;
    throw new RigError('config_unreadable', `${file} ${reason}.`, { cause: error });
  });
  const { app, network, domains } = parseRigToml(text);
  return {
    ...(app === undefined ? {} : { name: app }),
    ...(network === undefined ? {} : { network }),
    ...(domains === undefined ? {} : { domains }),
  };
}

/** The same of the folder of a source that the app is in, else of all of it; nothing where neither has one. */
export async function readNewAppOf({
  root,
  folder,
}: {
  root: string;
  folder: string;
}): Promise<Partial<NewApp>> {
  const file = [join(root, folder, 'rig.toml'), join(root, 'rig.toml')].find((path) => existsSync(path));
  return file === undefined ? {} : readNewApp(file);
}

/** Has a person choose where there are several networks; undefined where there is nothing to choose, or nobody. */
export async function chooseNetwork(
  client: RigClient,
  app: string,
  { ui, signal }: Asking,
): Promise<string | undefined> {
  if (!ui.interactive) return undefined;
  const { networks } = await client.call('listNetworks', { signal });
  const names = networks.map(({ name }) => name);
  const [first] = names;
  if (first === undefined || names.length === 1) return undefined;
  const suggestion = names.includes('default') ? 'default' : first;
  for (;;) {
    const answer = await ui.ask(`Which network shall ${app} be in: ${names.join(', ')}?`, suggestion);
    if (names.includes(answer)) return answer;
    ui.note(`There is no network ${answer} that you may see.`);
  }
}

/** Creates an app; where its name is taken, a person may give another one. @throws RigError of `createApp` */
export async function createApp(client: RigClient, wanted: NewApp, { ui, signal }: Asking) {
  for (let body = wanted; ; ) {
    try {
      return await client.call('createApp', { body, signal });
    } catch (error) {
      if (!isRigError(error) || error.code !== 'app_exists' || !ui.interactive) throw error;
      const { suggestion } = (error.details ?? {}) as { suggestion?: unknown };
      if (typeof suggestion !== 'string') throw error;
      body = { ...body, name: await ui.ask(`${error.message} Another name?`, suggestion) };
    }
  }
}

/** A name like the one given that no app has which one may see; undefined when all those tried are taken. */
export async function suggestName(
  client: RigClient,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let number = 2; number < 10; number += 1) {
    const free = `${name.slice(0, 38).replace(/-+$/, '')}-${number}`;
    try {
      await client.call('getApp', { params: { app: free }, signal });
    } catch (error) {
      if (isRigError(error) && error.code === 'app_not_found') return free;
      throw error;
    }
  }
  return undefined;
}
