import { formatBytes, sanitise } from '@rig-ops/kit/text';
import type { ForwardRecord } from './forward-records.ts';

/** One record for people. */
export function describeRecord(record: ForwardRecord): string {
  switch (record.type) {
    case 'listening': {
      const { local, instance, remote, remotePort } = record;
      return `${local} goes to ${instance === null ? `${remote} once the app listens there` : `${instance} port ${remotePort}`}`;
    }
    case 'connection':
      return `${record.connection}: ${record.from} to ${record.instance} port ${record.remotePort}`;
    case 'closed': {
      const bytes = `${formatBytes(record.sent)} there, ${formatBytes(record.received)} back`;
      const how = record.message === null ? 'ended' : `broke: ${record.message}`;
      return `${record.connection}: ${how} (${bytes})`;
    }
    case 'failed': {
      const { connection, local, message, hint, code } = record;
      const which = connection === null ? local : `A connection to ${local} failed`;
      return sanitise(`${which}: ${message} (${code}) ${hint}`);
    }
    case 'lost':
    case 'back':
      break;
  }
  return record.message;
}
