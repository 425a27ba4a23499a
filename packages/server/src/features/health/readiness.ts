import { PatientQuestion } from '../../patient-question.ts';

/** A part of the platform that it cannot serve without. */
export interface Part {
  readonly name: string;
  /** Why it does not do its part, for people; null when it does. May reject, or never answer. */
  ask(): Promise<string | null>;
}

/** Probes give up after seconds; who asks is to be told what was not answered before. */
const PATIENCE_MS = 2_000;
/** Anybody may ask: however many do, a part is asked twice a second. */
const FRESH_MS = 500;

/** Whether the platform can serve, by what its parts say at the moment. */
export class Readiness {
  readonly #parts: readonly { name: string; question: PatientQuestion<string | null> }[];

  constructor(parts: readonly Part[], patienceMs: number = PATIENCE_MS) {
    this.#parts = parts.map((part) => ({
      name: part.name,
      question: new PatientQuestion(() => part.ask(), patienceMs),
    }));
  }

  /** What was looked at, and what is wrong with it. */
  async look(): Promise<{ checks: string[]; problems: { check: string; message: string }[] }> {
    const found = await Promise.all(
      this.#parts.map(async ({ name, question }) => ({
        check: name,
        message: await question.answer(FRESH_MS),
      })),
    );
    return {
      checks: found.map(({ check }) => check),
      problems: found.flatMap(({ check, message = 'It does not answer.' }) =>
        message === null ? [] : [{ check, message }],
      ),
    };
  }
}
