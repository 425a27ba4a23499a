import type { Problem } from '@rig-ops/contract/resources';

/** What is wrong, with the app where the message does not name it. */
export function problemText({ app, message }: Problem): string {
  return app === null || message.includes(app) ? message : `${app}: ${message}`;
}
