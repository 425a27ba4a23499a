/** JSON Schema of what `rig __TOPIC__ summary -o json` prints. */
export const resultSchema = {
  type: 'object',
  required: ['total', 'statuses'],
  properties: {
    total: { type: 'integer', description: 'How many apps were counted.' },
    statuses: {
      type: 'array',
      description: 'By status, most apps first.',
      items: {
        type: 'object',
        required: ['status', 'apps'],
        properties: {
          status: { type: 'string', description: 'Status of the apps.' },
          apps: { type: 'integer', description: 'How many have it.' },
        },
      },
    },
  },
};
