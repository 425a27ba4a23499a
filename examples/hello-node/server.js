import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 3000);
const host = process.env.HOST ?? '127.0.0.1';
const release = process.env.RIG_RELEASE ?? 'unknown';

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`Hello from rig, release ${release}\n`);
});

server.listen(port, host, () => console.log(`listening on ${host}:${port}`));

process.once('SIGTERM', () => {
  console.log('finishing the requests under way');
  server.close();
});
