import { ServerProcess } from '../../src/harness/server-process.ts';

// Starts a server, by SIGSTOP `stopped` or not, tells its address, and waits to be ended.
const [folder = '', how = ''] = process.argv.slice(2);
const server = await ServerProcess.on(folder, { SEALPOST_PROFILE: 'memory' });
await server.start();
if (how === 'stopped') server.signal('SIGSTOP');
process.stdout.write(`${server.url}\n`);
