import Type, { type Static } from 'typebox';
import { description, literals, nullable } from './describe.ts';
import { SOURCE_FOLDER_PATTERN } from './sources.ts';

/** Bytes of one text that is brought along to be explained; of a longer one its beginning. */
export const EXPLAIN_TEXT_BYTES = 256 * 1024;

export const ExplainRequestSchema = Type.Object(
  {
    root: Type.String({
      maxLength: 1000,
      pattern: SOURCE_FOLDER_PATTERN,
      description: 'Folder of the app inside the source.',
    }),
    files: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
      maxItems: 50_000,
      description: 'Paths of the files of the source, relative to its top.',
    }),
    texts: Type.Record(Type.String(), Type.String({ maxLength: EXPLAIN_TEXT_BYTES }), {
      description: 'Content of those that were asked for, by path.',
    }),
  },
  { additionalProperties: false },
);

export const DetectorVerdictSchema = Type.Object(
  {
    detector: Type.String(description('Its name.')),
    verdict: literals(
      ['used', 'matched', 'missed', 'failed', 'not-asked'],
      '`used`: the plan has something of it; `matched`: of its kind, but others had said everything.',
    ),
    evidence: Type.Array(Type.String(), description('Why, a sentence each.')),
    gives: Type.Array(
      literals(['processes', 'steps', 'settings'], 'A part of the plan.'),
      description('What the plan has of it.'),
    ),
  },
  { description: 'What became of one detector.' },
);

export const BuildPlanSchema = Type.Object(
  {
    detector: Type.String(description('The detector that named the processes.')),
    root: Type.String(description('Folder of the app inside the source.')),
    steps: Type.Array(
      Type.Object({
        name: Type.String(description('As the log of the build has it.')),
        phase: literals(['install', 'build', 'prune'], 'What it is for.'),
        command: Type.Array(Type.String(), description('Its argument vector.')),
        folder: Type.String(description('Where it runs, relative to the source.')),
      }),
      description('In the order they run.'),
    ),
    processes: Type.Array(
      Type.Object({
        name: Type.String(description('Its name; `web` gets HTTP traffic.')),
        command: nullable(Type.Array(Type.String()), 'Its argument vector; null for a static site.'),
        site: nullable(
          Type.Array(Type.String()),
          'Folders looked for as the site, the first with an index.html is served; null for a program.',
        ),
      }),
      description('What a release would run.'),
    ),
    environment: Type.Array(
      Type.String(),
      description('Names of the variables that the source sets, sorted.'),
    ),
    image: nullable(
      Type.Object({
        dockerfile: Type.String(description('Path of the Dockerfile, relative to the folder of the app.')),
        context: Type.String(description('Folder of the source that it is given.')),
        target: nullable(Type.String(), 'The stage that is built; null for the last.'),
        args: Type.Array(Type.String(), description('Names of the arguments that rig.toml gives.')),
      }),
      'How its image is built; null where the steps make an artifact.',
    ),
    caches: Type.Array(Type.String(), description('What is kept for the next build.')),
    reuse: nullable(
      Type.Object({
        inputs: Type.Array(Type.String(), description('Files that decide the result of the install steps.')),
        outputs: Type.Array(
          Type.String(),
          description('Folders that are taken over when none of them has changed.'),
        ),
      }),
      'When the install steps are left out; null: never.',
    ),
    notes: Type.Array(Type.String(), description('What the owner of the source should know.')),
  },
  { description: 'How the source would be built and run.' },
);

const failure = Type.Object({
  code: Type.String(description('A code of docs/errors.md.')),
  message: Type.String(description('Why there is no plan.')),
  hint: Type.String(description('The next step.')),
  exitCode: Type.Integer(description('What a deploy would end with.')),
});

export const ExplanationSchema = Type.Object(
  {
    verdicts: Type.Array(DetectorVerdictSchema, description('Every detector in the order it is asked.')),
    plan: nullable(BuildPlanSchema, 'Null when it cannot be built; `failure` says why.'),
    failure: nullable(failure, 'Null when there is a plan.'),
  },
  { $id: 'Explanation', description: 'What was detected in a source, and why.' },
);

export const ExplainAnswerSchema = Type.Object({
  needs: Type.Array(
    Type.String(),
    description('Paths whose content decides; ask again with them. Empty when there is an explanation.'),
  ),
  explanation: nullable(ExplanationSchema, 'Null while something is needed.'),
});

export type ExplainRequest = Static<typeof ExplainRequestSchema>;
export type ExplainAnswer = Static<typeof ExplainAnswerSchema>;
export type Explanation = Static<typeof ExplanationSchema>;
