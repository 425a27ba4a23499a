import type { Problem } from '@rig-ops/contract/resources';
import type { Engine, EngineProblem } from '../../engines/engine.ts';
import { PatientQuestion } from '../../patient-question.ts';

/** Where something runs: an engine, and for one of clusters which. */
export interface AskedPlace {
  readonly engine: Pick<Engine, 'name' | 'problem'>;
  readonly cluster: string | null;
}

/** A little more than the supervisor waits for a daemon, and less than somebody waits for the status. */
const PATIENCE_MS = 900;

/** What is in the way of the engines; one that does not answer in time is told as not known, not as well. */
export function reportEngines(places: () => readonly AskedPlace[]): () => Promise<Problem[]> {
  const questions = new Map<string, PatientQuestion<EngineProblem | null>>();
  const ask = async ({ cluster, engine }: AskedPlace): Promise<Problem[]> => {
    const key = `${engine.name} ${cluster ?? ''}`;
    const at = cluster === null ? undefined : { cluster, now: false };
    const question = questions.get(key) ?? new PatientQuestion(() => engine.problem(at), PATIENCE_MS);
    questions.set(key, question);
    const found = await question.answer();
    if (found === null) return [];
    const { fix, message } = found ?? notKnown(engine.name);
    return [{ code: 'engine_away', app: null, message, fix }];
  };
  return async () => (await Promise.all(places().map(ask))).flat();
}

const notKnown = (engine: string) => ({
  message: `Nothing answers for the engine ${engine}: how what runs on it is, is not known.`,
  fix: 'Run `rig doctor`, and `rig platform logs --part supervisor` for what it waits for.',
});
