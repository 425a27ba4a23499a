import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { engineContract } from '../testing/engine-contract.ts';
import { FakeEngine } from './fake-engine.ts';
import type { FakeProgram } from './fake-program.ts';

const programs: Record<string, FakeProgram> = {
  serve: { does: 'serve' },
  wait: { does: 'wait' },
  'ignore-term': { does: 'wait' },
  'exit-7': { does: 'exit', exitCode: 7 },
  missing: { does: 'fail', error: 'ENOENT: there is no such program' },
};

engineContract('FakeEngine', async (test) => {
  const engine = new FakeEngine({
    program: ({ argv }) => programs[argv[0] ?? ''] ?? { does: 'wait' },
    buildStep: (job, name) => (job.steps.find((step) => step.name === name)?.argv[0] === 'true' ? 0 : 1),
  });
  test.after(() => engine.shutDown());
  return {
    engine,
    folder: await makeTemporaryFolder(test),
    argvOf: (program) => [program],
    stepArgv: (succeeds) => [String(succeeds)],
  };
});
