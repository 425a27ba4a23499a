import type { RigClient } from '@rig-ops/client';
import type { Action, Notice } from '../logic/dashboard/dashboard-ui.ts';
import { describeProblem } from '../logic/dashboard/describe-problem.ts';

/** Asks the platform for a change; what it refuses is said with what to do about it. */
export async function performAction(client: RigClient, action: Action, signal: AbortSignal): Promise<Notice> {
  try {
    return { tone: 'good', text: await ask(client, action, signal) };
  } catch (error) {
    return { tone: 'bad', text: describeProblem(error) };
  }
}

async function ask(client: RigClient, action: Action, signal: AbortSignal): Promise<string> {
  switch (action.kind) {
    case 'restart': {
      const { app, instance } = action;
      const body = instance === null ? {} : { instance };
      const { instances } = await client.call('restartApp', { params: { app }, body, signal });
      return `Restarting ${app} ${instances.join(', ')}: each is replaced by one that is healthy first.`;
    }
    case 'scale': {
      const { app, process, instances } = action;
      const body = { processes: { [process]: instances } };
      await client.call('scaleApp', { params: { app }, body, signal });
      return `Scaling ${app} ${process} to ${instances}.`;
    }
    case 'rollback': {
      const { app, version } = action;
      const { id } = await client.call('createRollback', { params: { app }, body: { to: version }, signal });
      return `Rolling ${app} back to what v${version} was (${id}).`;
    }
    case 'kill-session':
      break;
  }
  await client.call('killSession', { params: { session: action.session }, signal });
  return `Ending session ${action.session}.`;
}
