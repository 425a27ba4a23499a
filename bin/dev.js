#!/usr/bin/env -S node --conditions=rig-source
// Runs the sources of the core and of rig's plugins as they are: no build, no manifests.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../src/main.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const plugins = oclif.plugins.filter((name) => name.startsWith('@rig-ops/'));
await main({ root, argv: process.argv.slice(2), sources: { plugins } });
