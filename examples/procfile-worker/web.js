const { createServer } = require('node:http');

const server = createServer((_request, response) => response.end(`web of ${process.env.RIG_APP}\n`));
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('web ready'));
process.once('SIGTERM', () => server.close());
