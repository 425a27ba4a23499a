import { bundleSchema, type JsonSchema } from './bundle-schema.ts';

/** What every command prints in a machine format when it fails. */
export const errorSchema: JsonSchema = bundleSchema(
  {
    type: 'object',
    description: 'What went wrong. The last record of a stream has it with "type": "error".',
    required: ['error'],
    properties: {
      type: { const: 'error', description: 'In a stream only.' },
      error: {
        type: 'object',
        description: 'The error.',
        required: ['code', 'message', 'hint', 'exitCode'],
        properties: {
          code: { type: 'string', description: 'Permanent name of the error; docs/errors.md lists them.' },
          message: { type: 'string', description: 'What happened and why.' },
          hint: { type: 'string', description: 'What to type or change next.' },
          exitCode: { type: 'integer', description: 'Exit code of the process.' },
          requestId: { type: 'string', description: 'The request it belongs to, when the platform sent it.' },
          details: { type: 'object', description: 'More about it, by code.' },
        },
      },
    },
  },
  'Error of any rig command',
);
