// Appends to the chain of a folder, many at once, and tells on stdout what it was told is written.
//   node append-main.ts FOLDER
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../clock.ts';
import { createLogger } from '../../../logger.ts';
import { openDatabase } from '../../../store/database.ts';
import { openAuditTrail } from '../audit-trail.ts';

const folder = process.argv[2] ?? '.';
const db = await openDatabase(join(folder, 'rigd.sqlite'), { exclusive: true });
const logger = createLogger(systemClock, process.stderr);
const { log, keeper } = await openAuditTrail({ db, folder, clock: systemClock, logger, version: '1' });

async function appendForever(writer: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const requestId = `req_${process.pid}_${writer}_${number}`;
    await log.append({
      user: 'ann',
      action: 'app.create',
      target: 'app/shop',
      result: 'succeeded',
      errorCode: null,
      client: 'local',
      invocationId: null,
      requestId,
      details: { padding: 'x'.repeat(number % 700) },
    });
    writeSync(1, `${requestId}\n`);
    if (number % 7 === 0) await keeper.sign();
  }
}

await Promise.all([0, 1, 2, 3, 4].map(appendForever));
