// What a file of schemas needs, in one import. Nothing that runs in a command loads it.
export { default as Type } from 'typebox';
export { description, literals, nullable, timestamp } from './resources/describe.ts';
export { NameSchema } from './resources/names.ts';
export { listOf } from './routes/route.ts';
