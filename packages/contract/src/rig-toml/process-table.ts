import Type from 'typebox';

const command = Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
  description: 'A shell line, or an argument vector run without a shell.',
});

/** Bytes as "512M", "1G", "1.5G"; powers of 1024. */
const MEMORY_PATTERN = '^([1-9][0-9]*|[0-9]+\\.[0-9]+)[KMG]$';

/** One process as a table, `[processes.web]`. */
export const ProcessTableSchema = Type.Object(
  {
    command: Type.Optional(command),
    memory: Type.Optional(
      Type.String({
        pattern: MEMORY_PATTERN,
        description: 'What an instance of it may take, as "512M" or "2G"; ended when it takes more.',
      }),
    ),
    cpus: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1024,
        description: 'CPU time that an instance of it may take: 0.5 is half of one CPU.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A process with limits.' },
);

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** @returns bytes; null where it is no such text */
export function parseMemory(text: string): number | null {
  if (!new RegExp(MEMORY_PATTERN).test(text)) return null;
  return Math.round(Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 1));
}
