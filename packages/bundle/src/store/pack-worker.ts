import { parentPort } from 'node:worker_threads';
import { isRigError, toErrorDocument } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import { PackTaskRunner, type TaskAnswer, type TaskMessage } from './pack-task.ts';

class Stopped extends Error {}

const runner = new PackTaskRunner();

function answer({ task, stop }: TaskMessage): TaskAnswer {
  const flag = new Int32Array(stop);
  try {
    const chunks = runner.run(task, () => {
      if (Atomics.load(flag, 0) !== 0) throw new Stopped('stopped');
    });
    return { chunks };
  } catch (error) {
    if (isRigError(error)) return { error: toErrorDocument(error) };
    const { message, code, stack } = error as NodeJS.ErrnoException;
    return { failure: { message, code, stack } };
  } finally {
    if (task.kind === 'store') giveBack(task.bytes);
  }
}

const port = parentPort;
port?.on('message', (message: TaskMessage) => port.postMessage(answer(message)));
