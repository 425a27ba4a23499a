import { constants } from 'node:os';
import type { WriteStream } from 'node:tty';
import type { RigClient } from '@rig-ops/client';
import { DashboardData } from '../logic/dashboard/dashboard-data.ts';
import { initialUi } from '../logic/dashboard/dashboard-ui.ts';
import { PlatformFeed } from '../logic/dashboard/platform-feed.ts';
import type { Effect } from '../logic/dashboard/pressed.ts';
import { wantedData } from '../logic/dashboard/wanted-data.ts';
import { DashboardStore } from './dashboard-store.ts';
import { makeDashboardView } from './dashboard-view.ts';
import { runWithTerminal, type SuspendTerminal } from './hand-over.ts';
import { keepMemorySmall } from './keep-memory-small.ts';
import { loadInk } from './load-ink.ts';
import { type KeyboardSource, MouseFilter } from './mouse-filter.ts';
import { makeLook } from './paint/look.ts';
import { performAction } from './perform-action.ts';

export interface DashboardOptions {
  client: RigClient;
  /** What the platform is called on this side. */
  context: string;
  intervalMs: number;
  mouse: boolean;
  filter: string;
  stdin: KeyboardSource;
  stdout: WriteStream;
  env: NodeJS.ProcessEnv;
  /** How rig is started: program and arguments in front of those of a command. */
  rig: readonly [string, ...string[]];
  /** Aborted when the run is to end in some other way. */
  signal: AbortSignal;
}

const closing = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Reports of presses and of the wheel, in decimal (xterm, "Mouse Tracking"). */
const MOUSE_ON = '\u001B[?1000h\u001B[?1006h';
const MOUSE_OFF = '\u001B[?1006l\u001B[?1000l';

/**
 * Shows the dashboard until it is left. Answers the exit code; the terminal is as it was, whatever happens: also
 * behind an error that nobody caught, which is told on the screen that was there before.
 */
export async function openDashboard(options: DashboardOptions): Promise<number> {
  const { client, stdin, stdout, env, intervalMs } = options;
  const tidyUp = keepMemorySmall();
  const { ink, react } = await loadInk();
  const end = Promise.withResolvers<number>();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const data = new DashboardData();
  /** How long a status is current. */
  const freshMs = Math.max(4_000, 2 * intervalMs + 1_000);
  let suspend: SuspendTerminal | undefined;
  let handedOver = false;

  const store: DashboardStore = new DashboardStore({
    ui: initialUi({ columns: stdout.columns, rows: stdout.rows }, options.filter),
    data,
    look: makeLook(env),
    context: options.context,
    frameMs: Math.min(150, intervalMs / 2),
    freshMs,
    onEffect: (effect) => void perform(effect),
    onUi: (ui) => feed.want(wantedData(ui)),
  });
  const feed = new PlatformFeed({
    client,
    data,
    intervalMs,
    signal,
    onChange: store.dataChanged,
    onLook: tidyUp,
    isPaused: () => store.ui.paused || handedOver,
  });

  const setMouse = (on: boolean) => {
    if (options.mouse) stdout.write(on ? MOUSE_ON : MOUSE_OFF);
  };
  const keyboard = new MouseFilter(stdin, (report) => store.mouse(report));
  const app = ink.render(
    makeDashboardView({ ink, react }, { store, onReady: (given) => (suspend = given) }),
    {
      stdin: keyboard as unknown as NodeJS.ReadStream,
      stdout,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: true,
      interactive: true,
      isScreenReaderEnabled: false,
      maxFps: 20,
    },
  );
  setMouse(true);

  const resize = () => store.resize(stdout.columns, stdout.rows);
  let isGivenBack = false;
  const giveBack = () => {
    if (isGivenBack) return;
    isGivenBack = true;
    if (!handedOver) setMouse(false);
    app.unmount();
  };
  const closers = closing.map((name) => {
    const close = () => end.resolve(128 + constants.signals[name]);
    process.on(name, close);
    return () => process.off(name, close);
  });
  // What is told about it must be seen on the screen that stays.
  process.prependListener('uncaughtException', giveBack);
  // A connection that has lost its answer is seen by its age.
  const tick = setInterval(() => {
    if (Date.now() - data.statusAt > freshMs) store.dataChanged();
  }, 1_000);
  stdout.on('resize', resize);
  signal.addEventListener('abort', () => end.resolve(0), { once: true });

  async function handOver(work: () => Promise<void>): Promise<void> {
    if (suspend === undefined || handedOver) return;
    handedOver = true;
    setMouse(false);
    try {
      await suspend(work);
    } finally {
      handedOver = false;
      if (!isGivenBack) setMouse(true);
      resize();
      feed.wake();
    }
  }

  async function runRig(args: string[], what: string): Promise<void> {
    const [program, ...before] = options.rig;
    await handOver(async () => {
      const ended = await runWithTerminal(program, [...before, ...args], { env, signal });
      const { exitCode } = ended;
      if (exitCode === 0) store.notice({ tone: 'plain', text: `${what} has ended.` });
      else store.notice({ tone: 'bad', text: `${what} ended with ${exitCode ?? ended.signal}.` });
    });
  }

  async function perform(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case 'quit':
        end.resolve(effect.interrupted ? 130 : 0);
        return;
      case 'reload':
        feed.reload();
        return;
      case 'suspend':
        await handOver(suspendProcess);
        return;
      case 'shell': {
        const { app: name, instance } = effect;
        await runRig(
          ['shell', name, ...(instance === null ? [] : ['--instance', instance])],
          `The shell in ${name}`,
        );
        return;
      }
      case 'attach':
        await runRig(
          ['sessions', 'attach', effect.session],
          `Session ${effect.session}, as far as seen here,`,
        );
        return;
      case 'act':
        store.notice(await performAction(client, effect.action, signal));
        feed.wake();
    }
  }

  const running = feed.run();
  try {
    const exit = app.waitUntilExit().then(() => 0);
    return await Promise.race([end.promise, exit]);
  } finally {
    stop.abort();
    clearInterval(tick);
    store.close();
    stdout.off('resize', resize);
    for (const close of closers) close();
    giveBack();
    process.off('uncaughtException', giveBack);
    await app.waitUntilExit().catch(() => undefined);
    await running;
    stdin.pause();
    stdin.unref?.();
  }
}

/** As Ctrl-Z does with a program that reads lines; where nobody could let it go on, it goes on by itself. */
async function suspendProcess(): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 200);
    process.once('SIGCONT', () => {
      clearTimeout(timer);
      resolve();
    });
    process.kill(0, 'SIGTSTP');
  });
}
