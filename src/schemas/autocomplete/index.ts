import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  shell: Type.String(description('Which shell the script is for.')),
  script: Type.String(description('The script.')),
  instructions: Type.String(description('What to type to have it in every new shell.')),
});
