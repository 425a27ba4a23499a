import Type from 'typebox';

/** One vocabulary of names: apps, processes, contexts. */
export const NAME_PATTERN = '^[a-z][a-z0-9-]{0,38}[a-z0-9]$|^[a-z]$';

export const NameSchema = Type.String({
  pattern: NAME_PATTERN,
  description: 'Lower-case letters, digits and hyphens, starting with a letter; 1 to 40.',
});
