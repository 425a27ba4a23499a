#!/usr/bin/env node
// Part of a plugin's build: writes schemas.json beside its built commands.
import { resolve } from 'node:path';
import { writeSchemas } from '@rig-ops/kit/schemas';

const commands = Object.keys(await writeSchemas(resolve(process.argv[2] ?? '.')));
console.log(`schemas of ${commands.length} commands: ${commands.join(', ')}`);
