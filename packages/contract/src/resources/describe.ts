import Type, { type TSchema } from 'typebox';

export const description = (text: string) => ({ description: text });

export const timestamp = (text: string) =>
  Type.String({ format: 'date-time', description: `${text} (RFC 3339, UTC).` });

export const nullable = <T extends TSchema>(schema: T, text: string) =>
  Type.Union([schema, Type.Null()], description(text));

export const literals = <const T extends string[]>(values: readonly [...T], text: string) =>
  Type.Enum(values, description(text));
