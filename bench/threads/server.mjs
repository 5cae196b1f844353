// An HTTP server in a thread of its own, which tells its parent the port.
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const server = createServer((_, response) => response.end('ok'));
server.listen(0, () => {
  const address = server.address();
  if (typeof address === 'object') parentPort?.postMessage(address?.port);
});
