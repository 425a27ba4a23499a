export { withFileLock } from './files/file-lock.ts';
export { writeFileAtomically } from './files/write-file-atomically.ts';
