import type { DeployWatch } from './deploy-watch.ts';
import type { Phase } from './phases.ts';

/** What is left of a deploy that the platform has taken over: its turn, the build, the release. */
export function followPhases(watch: DeployWatch, title = 'Releasing'): Phase[] {
  const { deploy } = watch;
  const waiting: Phase = {
    title: 'Waiting for its turn',
    run: async (report) => {
      await watch.untilBegun(report);
      return 'Its turn has come';
    },
  };
  const releasing: Phase = { title, run: (report) => watch.untilLive(report) };
  return [
    ...(deploy.status === 'queued' ? [waiting] : []),
    ...(deploy.kind === 'deploy'
      ? [{ title: 'Building', run: (report) => watch.untilBuilt(report) } satisfies Phase]
      : []),
    releasing,
  ];
}
