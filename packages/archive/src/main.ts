import { type CopyProgram, runCopyProgram } from './copy-program.ts';

// Whoever reads may go: then there is nobody left to tell.
process.exitCode = await runCopyProgram(JSON.parse(process.argv[2] ?? '{}') as CopyProgram);
