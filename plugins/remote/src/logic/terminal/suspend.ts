import type { SignalSource } from '../forward-signals.ts';

/** Where nothing stops this process (nobody could let it go on), it goes on by itself. */
const STOPPED_WITHIN_MS = 100;

export interface Suspension {
  signals: SignalSource;
  leave: () => void;
  enter: () => void;
}

/** Stops this process, as Ctrl-Z does with one that has no session: the shell it was started from comes back. */
export function suspend({ signals, leave, enter }: Suspension): void {
  leave();
  if (process.platform === 'win32') {
    enter();
    return;
  }
  const goOn = () => {
    clearTimeout(timer);
    signals.off('SIGCONT', goOn);
  };
  const timer = setTimeout(() => {
    goOn();
    enter();
  }, STOPPED_WITHIN_MS);
  signals.on('SIGCONT', goOn);
  // Not SIGTSTP, which this process hears itself.
  process.kill(process.pid, 'SIGSTOP');
}
