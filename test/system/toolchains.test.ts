import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { crc32 } from 'node:zlib';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { User } from '../support/rig.ts';

/** Of the package managers that come from the registry and not from Debian. */
const MANAGERS = ['pnpm@10.24.0', 'yarn@1.22.22'];

let user: User;
let env: Record<string, string>;
before(async () => {
  user = new User();
  const folder = join(user.folder, 'managers');
  mkdirSync(folder);
  execFileSync(
    'npm',
    ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...MANAGERS],
    { stdio: 'pipe' },
  );
  // The platform leaves out folders of node_modules: they are those of the package that starts it.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['pnpm', 'yarn']) symlinkSync(join(folder, 'node_modules/.bin', name), join(bin, name));
  // Debian's own Python has the packages of Debian beside it; one that a user built may come first on PATH.
  env = { PATH: ['/usr/bin', '/bin', bin, process.env['PATH']].join(':') };
  await user.json(['platform', 'start'], { env });
});
after(() => user.close());

interface Deployed {
  url: string;
  release: { detector: string };
}

const ask = async (url: string): Promise<string> =>
  (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

const deploy = async (name: string, files: Record<string, string | Buffer>, ...flags: string[]) => {
  const root = user.source(name, {});
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return user.json<Deployed>(['deploy', root, '--app', name, '--yes', ...flags], { env, limitMs: 300_000 });
};

/** A zip with uncompressed entries, which is what a wheel is. */
function makeWheel(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const PYTHON_SERVER = `
def main():
    import os
    from http.server import BaseHTTPRequestHandler, HTTPServer
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello from a wheel")
    HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`;

test('Python: pip installs into a venv, whose programs run', async () => {
  const wheel = makeWheel({
    'hello_rig.py': PYTHON_SERVER,
    'hello_rig-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: hello-rig\nVersion: 1.0\n',
    'hello_rig-1.0.dist-info/WHEEL':
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'hello_rig-1.0.dist-info/entry_points.txt': '[console_scripts]\nhello-rig = hello_rig:main\n',
    'hello_rig-1.0.dist-info/RECORD': '',
  });
  const files = {
    'requirements.txt': '--no-index\n--find-links wheels\nhello-rig==1.0\n',
    'wheels/hello_rig-1.0-py3-none-any.whl': wheel,
    Procfile: 'web: hello-rig\n',
  };
  const { url } = await deploy('python-app', files);
  assert.equal(await ask(url), 'hello from a wheel');
});

test('Ruby: bundler installs by the lockfile, and its Ruby runs', async () => {
  const server = `require "socket"
server = TCPServer.new(ENV.fetch("HOST"), ENV.fetch("PORT").to_i)
loop do
  client = server.accept
  client.gets
  client.write "HTTP/1.1 200 OK\\r\\nContent-Length: 15\\r\\nConnection: close\\r\\n\\r\\nhello from ruby"
  client.close
end
`;
  const lock =
    'GEM\n  specs:\n\nPLATFORMS\n  ruby\n  x86_64-linux\n\nDEPENDENCIES\n\nBUNDLED WITH\n   2.3.15\n';
  const { release, url } = await deploy('ruby-app', {
    Gemfile: '# no gem\n',
    'Gemfile.lock': lock,
    'server.rb': server,
  });
  assert.equal(release.detector, 'ruby');
  assert.equal(await ask(url), 'hello from ruby');
});

test('Go: the program of a module is built and runs', async () => {
  // net/http alone takes half a minute to compile on a small machine.
  const main = `package main

import (
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		client.Read(make([]byte, 4096))
		client.Write([]byte("HTTP/1.1 200 OK\\r\\nContent-Length: 13\\r\\nConnection: close\\r\\n\\r\\nhello from go"))
		client.Close()
	}
}
`;
  const { release, url } = await deploy('go-app', {
    'go.mod': 'module example.com/hello\n\ngo 1.19\n',
    'cmd/hello/main.go': main,
  });
  assert.equal(release.detector, 'go');
  assert.equal(await ask(url), 'hello from go');
});

const NODE_SERVER = `
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import ms from 'ms';
const text = [ms('1h'), existsSync('built'), existsSync('node_modules/is-odd'), existsSync('../../node_modules/is-odd')].join(' ');
createServer((_, response) => response.end(text)).listen(Number(process.env.PORT), process.env.HOST);
`;

const PACKAGE = {
  name: 'hello',
  type: 'module',
  scripts: {
    build: `node -e "require('is-odd'); require('fs').writeFileSync('built', '')"`,
    start: 'node server.js',
  },
  dependencies: { ms: '2.1.3' },
  devDependencies: { 'is-odd': '3.0.1' },
};

for (const [manager, lock] of [
  ['npm', ['npm', 'install', '--package-lock-only', '--no-audit', '--no-fund']],
  ['pnpm', ['pnpm', 'install', '--lockfile-only']],
  ['yarn', ['yarn', 'install', '--ignore-scripts', '--non-interactive', '--silent']],
] as const) {
  test(`${manager}: installs by its lockfile for the build, and prunes after it`, async () => {
    const root = user.source(`${manager}-app`, {
      'package.json': JSON.stringify(PACKAGE),
      'server.js': NODE_SERVER,
    });
    execFileSync(lock[0], lock.slice(1), {
      cwd: root,
      env: { ...process.env, PATH: `${join(process.execPath, '..')}:${env['PATH']}` },
      stdio: 'pipe',
    });
    const { url } = await user.json<Deployed>(['deploy', root, '--app', `${manager}-app`, '--yes'], {
      env,
      limitMs: 300_000,
    });
    assert.equal(await ask(url), '3600000 true false false');
  });
}

test('npm: an app in a workspace is installed at its top and runs in its folder', async () => {
  const root = user.source('workspace', {
    'package.json': JSON.stringify({ private: true, workspaces: ['services/*', 'packages/*'] }),
    'packages/lib/package.json': JSON.stringify({ name: 'lib', version: '1.0.0', main: 'lib.js' }),
    'packages/lib/lib.js': 'module.exports = "from a workspace"\n',
    'services/api/package.json': JSON.stringify({
      name: 'api',
      scripts: { start: 'node server.js' },
      dependencies: { lib: '1.0.0' },
    }),
    'services/api/server.js': `const text = require('lib'); require('http').createServer((_, r) => r.end(text)).listen(process.env.PORT, process.env.HOST)\n`,
  });
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'pipe',
  });
  const { url } = await user.json<Deployed>(['deploy', root, '--path', 'services/api', '--yes'], { env });
  assert.equal(await ask(url), 'from a workspace');
});
