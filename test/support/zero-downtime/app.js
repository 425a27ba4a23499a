// The app whose releases are switched: it dies soon after SIGTERM, whatever is under way then is cut.
const { createServer } = require('node:http');
// Copied in beside this file when it is deployed.
const { WebSocketServer } = require(`${__dirname}/vendor/ws`);

const release = process.env.RIG_RELEASE;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function answer(request, response) {
  response.setHeader('x-release', release);
  if (request.method === 'POST') {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    response.end(String(bytes));
    return;
  }
  const pieces = Number(new URL(request.url, 'http://app').searchParams.get('pieces') ?? 1);
  for (let piece = 0; piece < pieces; piece += 1) {
    if (piece > 0) await wait(60);
    response.write('x'.repeat(1000));
  }
  response.end();
}

const server = createServer(
  (request, response) => void answer(request, response).catch(() => response.destroy()),
);
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => socket.send(String(data)));
  socket.send(`release ${release}`);
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log(`release ${release} listens`));
process.once('SIGTERM', () => {
  for (const socket of sockets.clients) socket.close(1001, 'bye');
  setTimeout(() => process.exit(0), 150);
});
