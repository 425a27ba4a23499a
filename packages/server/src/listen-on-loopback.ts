import { isRigError } from '@rig-ops/contract/errors';
import type { Kysely } from 'kysely';
import type { Listener } from './http/listener.ts';
import type { Logger } from './logger.ts';
import type { Database } from './store/database.ts';
import { readSetting, writeSetting } from './store/settings.ts';

/**
 * Listens on the wanted port of 127.0.0.1. For 0 the system chooses once, and the choice is kept, so that the
 * URL stays the same over restarts; only when somebody else has taken it meanwhile another one is chosen.
 * @throws RigError `port_taken` for a port that was wanted
 */
export async function listenOnLoopback(
  listener: Listener,
  wanted: number,
  db: Kysely<Database>,
  log: Logger,
): Promise<number> {
  if (wanted !== 0) return listener.listen({ port: wanted });
  const kept = Number((await readSetting(db, 'api_port')) ?? 0);
  if (kept !== 0) {
    try {
      return await listener.listen({ port: kept });
    } catch (error) {
      if (!isRigError(error) || error.code !== 'port_taken') throw error;
      log.warn('The port of the API is taken; choosing another', { port: kept });
    }
  }
  const port = await listener.listen({ port: 0 });
  await writeSetting(db, 'api_port', String(port));
  return port;
}
