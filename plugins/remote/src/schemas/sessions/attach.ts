// Of a session without a terminal: as that of a command.
export { resultSchema } from '../command.ts';
