import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { RigError } from '../errors.ts';
import { type RigToml, RigTomlSchema } from '../rig-toml.ts';
import { findSchemaIssue } from './find-schema-issue.ts';

interface Place {
  line: number;
  column: number;
}

const startOf = (node: { loc: { start: { line: number; column: number } } }): Place => ({
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
});

/** Remembers where each key stands, by its path from the root. */
function collectPlaces(
  entries: readonly (AST.TOMLKeyValue | AST.TOMLTable)[],
  base: readonly string[],
  places: Map<string, Place>,
): void {
  for (const entry of entries) {
    const start = entry.type === 'TOMLTable' ? [] : base;
    const path = [...start];
    for (const key of entry.key.keys) {
      path.push(key.type === 'TOMLBare' ? key.name : key.value);
      const id = JSON.stringify(path);
      if (!places.has(id)) places.set(id, startOf(key));
    }
    if (entry.type === 'TOMLTable') collectPlaces(entry.body, path, places);
    else if (entry.value.type === 'TOMLInlineTable') collectPlaces(entry.value.body, path, places);
  }
}

function fail({ line, column }: Place, what: string): never {
  throw new RigError('invalid_rig_toml', `rig.toml:${line}:${column}: ${what}`, {
    details: { line, column },
  });
}

function parseDocument(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return fail({ line: error.lineNumber, column: error.column + 1 }, error.message);
  }
}

/**
 * Reads the text of a rig.toml. The command line does before it uploads anything, the platform before it builds.
 * @throws RigError `invalid_rig_toml`, its message beginning with `rig.toml:LINE:COLUMN:`
 */
export function parseRigToml(text: string): RigToml {
  // An editor's byte order mark is no part of the document.
  const document = parseDocument(text.replace(/^\uFEFF/, ''));
  const value: unknown = getStaticTOMLValue(document);
  const issue = findSchemaIssue(value, RigTomlSchema);
  if (issue !== null) {
    const places = new Map<string, Place>();
    collectPlaces(document.body[0].body, [], places);
    const place = places.get(JSON.stringify(issue.path)) ?? { line: 1, column: 1 };
    fail(place, `${issue.message}; allowed: ${issue.allowed}`);
  }
  return value as RigToml;
}
