import Type, { type Static } from 'typebox';
import { NAME_PATTERN, SOURCE_FOLDER_PATTERN } from './resources.ts';
import { DeployTableSchema } from './rig-toml/deploy-table.ts';
import { ProcessTableSchema } from './rig-toml/process-table.ts';
import { ROOT_CAPABILITIES } from './supervisor-containers.ts';

/** What `rig.toml` may say. Unknown keys are errors that name the allowed ones. */
export const RigTomlSchema = Type.Object(
  {
    app: Type.Optional(Type.String({ pattern: NAME_PATTERN, description: 'Name of the app.' })),
    root: Type.Optional(
      Type.String({
        pattern: SOURCE_FOLDER_PATTERN,
        description: 'Folder of the app inside the source, as services/api; `.` when absent.',
      }),
    ),
    network: Type.Optional(
      Type.String({
        pattern: NAME_PATTERN,
        description: 'Network the app is created in; "default" when absent. An app stays in its network.',
      }),
    ),
    domains: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
        minItems: 1,
        maxItems: 50,
        description: 'Host names the app is created with; `rig apps domains` changes them later.',
      }),
    ),
    build: Type.Optional(
      Type.Object(
        {
          command: Type.Optional(
            Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
              description: 'A shell line, or an argument vector run without a shell.',
            }),
          ),
          detector: Type.Optional(
            Type.Enum(['dockerfile', 'node', 'python', 'ruby', 'go', 'static'], {
              description: 'Use this detector for the build instead of finding one.',
            }),
          ),
          dockerfile: Type.Optional(
            Type.String({
              pattern: SOURCE_FOLDER_PATTERN,
              description:
                'Build an image by this Dockerfile; relative to the folder of the app. `Dockerfile` is found by itself.',
            }),
          ),
          context: Type.Optional(
            Type.String({
              pattern: SOURCE_FOLDER_PATTERN,
              description:
                'Folder that a Dockerfile is given, relative to the top of the source; the folder of the app when absent.',
            }),
          ),
          target: Type.Optional(
            Type.String({
              pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
              description: 'Stage of the Dockerfile that is built; the last one when absent.',
            }),
          ),
          args: Type.Optional(
            Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
              description: 'Values for ARG in the Dockerfile; not for secrets: the image tells them.',
            }),
          ),
          output: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'Folder of the built static site, relative to the source.',
            }),
          ),
          image: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 500,
              description:
                'Image that the steps run in, where builds run in containers; one of its language when absent.',
            }),
          ),
          timeout: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 7200,
              description: 'Seconds a step of the build may take; 900 when absent.',
            }),
          ),
        },
        { additionalProperties: false, description: 'How to build it.' },
      ),
    ),
    run: Type.Optional(
      Type.Object(
        {
          image: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 500,
              description:
                'Image that the built app is put on, where releases are images; one of its language when absent.',
            }),
          ),
          user: Type.Optional(
            Type.Union(
              [
                Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
                Type.String({ pattern: '^[1-9][0-9]{0,9}(:[0-9]{1,10})?$' }),
              ],
              {
                description:
                  'Whom its programs run as in their image, by number: 1000, or "1000:1000" with a group; the user of the image when absent.',
              },
            ),
          ),
          readonly: Type.Optional(
            Type.Boolean({
              description:
                'Whether its files cannot be changed where it runs, but for /tmp; false when absent.',
            }),
          ),
          capabilities: Type.Optional(
            Type.Array(Type.Union(ROOT_CAPABILITIES.map((name) => Type.Literal(name))), {
              uniqueItems: true,
              description:
                'What root may in its containers on docker; all of these for an image of a Dockerfile or of --image that begins as root when absent, else none.',
            }),
          ),
        },
        { additionalProperties: false, description: 'What it runs in, where releases are images.' },
      ),
    ),
    processes: Type.Optional(
      Type.Record(
        Type.String({ pattern: NAME_PATTERN }),
        Type.Union([
          Type.String({ minLength: 1 }),
          Type.Array(Type.String(), { minItems: 1 }),
          ProcessTableSchema,
        ]),
        {
          description:
            'Process name → command: a shell line, an argument vector run without a shell, or a table of `command`, `memory` and `cpus`. `web` gets HTTP traffic on $PORT.',
        },
      ),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description:
          'Port that `web` listens on in its image, and finds as PORT; the one that the image exposes when absent, else 8080.',
      }),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
        description: 'Environment of every process and of the build; not for secrets.',
      }),
    ),
    release: Type.Optional(
      Type.Object(
        {
          command: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
            description:
              'Runs once with the environment of the new release before its instances start, as a migration of a database; if it fails, nothing changes.',
          }),
          timeout: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 7200, description: 'Seconds it may take; 600 when absent.' }),
          ),
        },
        { additionalProperties: false, description: 'What runs once before a release.' },
      ),
    ),
    deploy: Type.Optional(DeployTableSchema),
    health: Type.Optional(
      Type.Object(
        {
          type: Type.Optional(
            Type.Enum(['http', 'tcp', 'command'], {
              description:
                'How it is asked: by HTTP (when absent), by opening a connection to $PORT, or by a command.',
            }),
          ),
          command: Type.Optional(
            Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
              description: 'Runs beside each instance with its environment; exit code 0 is well.',
            }),
          ),
          status: Type.Optional(
            Type.Union(
              [
                Type.Integer({ minimum: 100, maximum: 599 }),
                Type.String({ pattern: '^[1-5][0-9][0-9]-[1-5][0-9][0-9]$' }),
              ],
              {
                description: 'Status that counts as well: a number, or a range as "200-299".',
              },
            ),
          ),
          answer: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 600,
              description: 'Seconds one check may take; 10 when absent.',
            }),
          ),
          interval: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 3600,
              description: 'Seconds between two checks of a live instance; 10 when absent.',
            }),
          ),
          healthy: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100,
              description: 'Good checks in a row that count as well; 1 when absent.',
            }),
          ),
          unhealthy: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100,
              description: 'Bad checks in a row that count as unwell, once it was well; 3 when absent.',
            }),
          ),
          alive: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 600,
              description: 'Seconds that a process without port must stay up; 1 when absent.',
            }),
          ),
          path: Type.Optional(
            Type.String({
              pattern: '^/',
              description:
                'Path that `web` answers with a status below 400 when it is well; `/` when absent, where any status below 500 counts.',
            }),
          ),
          timeout: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 600,
              description:
                'Seconds a new release has to become healthy: bad checks until then do not matter; 60 when absent.',
            }),
          ),
        },
        { additionalProperties: false, description: 'When an instance counts as well.' },
      ),
    ),
    grace: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 600,
        description: 'Seconds between SIGTERM and SIGKILL when an instance is stopped; 10 when absent.',
      }),
    ),
    drain: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description: 'Seconds that requests under way have to finish after a switch; 30 when absent.',
      }),
    ),
  },
  { $id: 'RigToml', additionalProperties: false, description: 'rig.toml, the manifest of an app.' },
);

export type RigToml = Static<typeof RigTomlSchema>;

export { parseMemory } from './rig-toml/process-table.ts';
