import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerDaemon } from './docker-daemon.ts';
import { repository } from './rig.ts';

/** The usual images of Node apps, by the names that rig asks for them, made of what is on this machine: no registry is reachable. */
export function makeNodeImages(daemon: DockerDaemon): void {
  const root = mkdtempSync(join(daemon.folder, 'base-'));
  try {
    for (const folder of ['bin', 'tmp', 'etc', 'root', 'usr/bin', 'usr/local/lib/node_modules'])
      mkdirSync(join(root, folder), { recursive: true });
    execFileSync('chmod', ['1777', join(root, 'tmp')]);
    cpSync('/bin/busybox', join(root, 'bin', 'busybox'));
    for (const name of execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n'))
      if (name !== '' && name !== 'busybox') symlinkSync('/bin/busybox', join(root, 'bin', name));
    writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
    writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\n');
    daemon.importFolder(root, { programs: { node: process.execPath }, name: 'node:24-slim' });
    const modules = join(root, 'usr', 'local', 'lib', 'node_modules');
    cpSync(join(repository, 'node_modules', 'npm'), join(modules, 'npm'), { recursive: true });
    symlinkSync('/usr/local/lib/node_modules/npm/bin/npm-cli.js', join(root, 'bin', 'npm'));
    symlinkSync('/bin/env', join(root, 'usr', 'bin', 'env'));
    daemon.importFolder(root, { programs: { node: process.execPath }, name: 'node:24' });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
