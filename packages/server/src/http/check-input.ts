import { RigError } from '@rig-ops/contract/errors';
import { NAME_PATTERN } from '@rig-ops/contract/resources';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';

const SHOWN_PROBLEMS = 5;

export interface InputProblem {
  /** As `body/name: must be string`. */
  readonly text: string;
  /** The name that breaks the rule of names; undefined where something else is wrong. */
  readonly name?: string;
}

/** Compiled on first use, since most commands use few routes and rigd starts often. */
const validators = new WeakMap<TSchema, Validator>();

const validatorOf = (schema: TSchema): Validator => {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator;
};

/** What is wrong with a value; empty when nothing is. `name` is what messages call the whole value. */
export function findProblems(schema: TSchema, value: unknown, name: string): InputProblem[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  const [, errors] = validator.Errors(value);
  const problems = errors
    // Says about an additional property less than `additionalProperties` does.
    .filter(({ keyword }) => keyword !== 'boolean')
    .map((error) => {
      const extra =
        error.keyword === 'additionalProperties' ? `: ${error.params.additionalProperties.join(', ')}` : '';
      const text = `${name}${error.instancePath} ${error.message}${extra}`.slice(0, 300);
      const isName = error.keyword === 'pattern' && String(error.params.pattern) === NAME_PATTERN;
      return isName ? { text, name: String(valueAt(value, error.instancePath)).slice(0, 100) } : { text };
    });
  return problems.length > 0 ? problems : [{ text: `${name} is not valid` }];
}

/** What a JSON Pointer (RFC 6901) points to. */
function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys.reduce(
    (at, key) => (at as Record<string, unknown> | null)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    value,
  );
}

/**
 * @param name what the value is: `body`, `query`, `params`
 * @throws RigError `invalid_input` naming the first problems; `invalid_name` when names are all that is wrong
 */
export function checkInput(schema: TSchema, value: unknown, name: string): void {
  const problems = findProblems(schema, value, name);
  if (problems.length === 0) return;
  const shown = problems.slice(0, SHOWN_PROBLEMS).map(({ text }) => text);
  const names = problems.flatMap((problem) => (problem.name === undefined ? [] : [`"${problem.name}"`]));
  if (names.length === problems.length) {
    throw new RigError('invalid_name', `${names.join(', ')} cannot be a name.`);
  }
  throw new RigError('invalid_input', `The ${name} has the wrong form: ${shown.join('; ')}.`, {
    details: { problems: shown },
  });
}
