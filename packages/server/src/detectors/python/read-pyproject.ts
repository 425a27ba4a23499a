import { RigError } from '@rig-ops/contract/errors';
import { getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { normalName } from './read-requirements.ts';

export interface Pyproject {
  /** Whether it has a `[project]` table, which pip can install. */
  isProject: boolean;
  /** Whether it says how to build a package of the source itself. */
  isPackage: boolean;
  /** Names of the packages it depends on. */
  names: Set<string>;
}

/** @throws RigError `invalid_input` naming the line */
export function readPyproject(text: string): Pyproject {
  const value = parse(text) as { project?: { dependencies?: unknown }; 'build-system'?: unknown };
  const dependencies = value.project?.dependencies;
  const lines = Array.isArray(dependencies) ? dependencies.filter((line) => typeof line === 'string') : [];
  const names = lines.flatMap((line) => /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(line.trim())?.[0] ?? []);
  return {
    isProject: value.project !== undefined,
    isPackage: value['build-system'] !== undefined,
    names: new Set(names.map(normalName)),
  };
}

function parse(text: string): unknown {
  try {
    return getStaticTOMLValue(parseTOML(text));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new RigError(
      'invalid_input',
      `pyproject.toml:${error.lineNumber}:${error.column + 1}: ${error.message}`,
      {
        hint: 'Correct pyproject.toml.',
        cause: error,
      },
    );
  }
}
