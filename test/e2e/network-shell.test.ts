import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Pty } from '../support/pty.ts';
import { until, User } from '../support/rig.ts';

let user: User;
before(async () => {
  user = new User();
  await user.json(['networks', 'create', 'inside']);
  user.source('shop', {
    'server.js': "require('http').createServer((q, s) => s.end('from the shop')).listen(process.env.PORT);\n",
    Procfile: 'web: node server.js\n',
  });
  await user.json(['deploy', 'shop', '--app', 'shop', '--create', '--network', 'inside']);
  await user.json(['config', 'set', 'OPEN_SESAME=sesame', '--app', 'shop']);
});
after(() => user.close());

test('a shell beside the apps of a network finds them, and nothing of theirs', async (t) => {
  const pty = new Pty(user, ['shell', '--network', 'inside', '--env', 'ENV=', '--env', 'HISTFILE=']);
  t.after(() => pty.kill());
  await pty.shows(/Where the apps of [^]*[#$] /);
  pty.type("PS1='re''ady> '\r");
  await pty.shows(/ready> /);
  pty.type(
    'node -e "fetch(process.env.RIG_SHOP_URL).then((a) => a.text()).then((t) => console.log(\'got \' + t))"\r',
  );
  await pty.shows(/got from the shop\r\n/);
  pty.type(
    'echo "secret=<$OPEN_SESAME> port=<$PORT> files=<$(ls -A | grep -v ^tmp)> network=<$RIG_NETWORK>"\r',
  );
  await pty.shows(/secret=<> port=<> files=<> network=<inside>\r\n/);
  pty.type('echo kept > mine; pwd; exit 3\r');
  assert.equal(await pty.ended(), 3);
  const left = () =>
    readdirSync(join(user.home, 'platform', 'instances')).filter((name) => name.startsWith('ses_'));
  await until('its folder to go', () => left().length === 0 || undefined);
});

test('a network that is not there has no shell', async (t) => {
  const pty = new Pty(user, ['shell', '--network', 'nowhere']);
  t.after(() => pty.kill());
  await pty.shows(/network_not_found/);
  assert.equal(await pty.ended(), 6);
});
