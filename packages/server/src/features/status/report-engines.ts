import type { Problem } from '@rig-ops/contract/resources';
import type { Engine } from '../../engines/engine.ts';
import { PatientQuestion } from '../../patient-question.ts';

type AskedEngine = Pick<Engine, 'name' | 'problem'>;
type Found = Awaited<ReturnType<Engine['problem']>>;

/** A little more than the supervisor waits for a daemon, and less than somebody waits for the status. */
const PATIENCE_MS = 900;

/** What is in the way of the engines; one that does not answer in time is told as not known, not as well. */
export function reportEngines(inUse: () => readonly AskedEngine[]): () => Promise<Problem[]> {
  const questions = new WeakMap<AskedEngine, PatientQuestion<Found>>();
  const ask = async (engine: AskedEngine): Promise<Problem[]> => {
    const question = questions.get(engine) ?? new PatientQuestion(() => engine.problem(), PATIENCE_MS);
    questions.set(engine, question);
    const found = await question.answer();
    if (found === null) return [];
    return [{ code: 'engine_away', app: null, ...(found ?? notKnown(engine.name)) }];
  };
  return async () => (await Promise.all(inUse().map(ask))).flat();
}

const notKnown = (engine: string) => ({
  message: `Nothing answers for the engine ${engine}: how what runs on it is, is not known.`,
  fix: 'Run `rig doctor`, and `rig platform logs --part supervisor` for what it waits for.',
});
