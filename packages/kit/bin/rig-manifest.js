#!/usr/bin/env node
// Part of a plugin's build: writes oclif.manifest.json, by which rig finds its commands.
import { resolve } from 'node:path';
import { writeManifest } from '@rig-ops/kit/manifest';

const commands = await writeManifest(resolve(process.argv[2] ?? '.'));
console.log(`manifest of ${commands.length} commands: ${commands.join(', ')}`);
