import { Args } from '@oclif/core';

/** Of commands that are about one webhook. */
export const webhookArgs = {
  name: Args.string({ required: true, description: 'Name of the webhook.', ignoreStdin: true }),
};
