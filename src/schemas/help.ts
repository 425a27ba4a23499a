import { description, literals, Type } from '@rig-ops/contract/schema';

const text = (what: string) => Type.String(description(what));

const HelpFlagSchema = Type.Object(
  {
    name: text('Without its hyphens.'),
    char: Type.Optional(text('Its one-letter form.')),
    type: literals(['option', 'boolean'], '`option` takes a value.'),
    description: text('What it does.'),
    required: Type.Boolean(description('Whether it has to be given.')),
    options: Type.Optional(Type.Array(Type.String(), description('The values it takes.'))),
  },
  { $id: 'HelpFlag', description: 'A flag of the command.' },
);

const HelpArgSchema = Type.Object(
  {
    name: text('Its name.'),
    description: text('What it is.'),
    required: Type.Boolean(description('Whether it has to be given.')),
    options: Type.Optional(Type.Array(Type.String(), description('The values it takes.'))),
  },
  { $id: 'HelpArg', description: 'An argument of the command.' },
);

export const resultSchema = Type.Object({
  help: Type.Object(
    {
      topic: Type.Optional(text('The topic asked for, "" for all of rig; absent for a command.')),
      command: Type.Optional(text('The command asked for; absent for a topic.')),
      summary: Type.Optional(text('One line about the command.')),
      description: Type.Optional(text('More about the command.')),
      args: Type.Optional(Type.Array(HelpArgSchema, description('In the order they are given.'))),
      flags: Type.Optional(Type.Array(HelpFlagSchema, description('Flags of the command itself.'))),
      globalFlags: Type.Optional(
        Type.Array(HelpFlagSchema, description('Flags that rig adds to the command.')),
      ),
      examples: Type.Optional(Type.Array(Type.String(), description('Command lines to try.'))),
      topics: Type.Array(
        Type.Object({ name: text('As typed.'), description: text('One line.') }),
        description('Topics directly below.'),
      ),
      commands: Type.Array(
        Type.Object({ id: text('As typed.'), summary: text('One line.') }),
        description('All commands below.'),
      ),
    },
    description('Of a command, a topic, or all of rig.'),
  ),
});
