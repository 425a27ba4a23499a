// Required before a program: ends it by SIGKILL right before its n-th change of the file system (RIG_TEST_KILL_AT).
const fs = require('node:fs/promises');
const { syncBuiltinESMExports } = require('node:module');

let left = Number(process.env.RIG_TEST_KILL_AT);
for (const name of ['mkdir', 'rename', 'rm', 'writeFile', 'chmod']) {
  const original = fs[name];
  fs[name] = (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();
