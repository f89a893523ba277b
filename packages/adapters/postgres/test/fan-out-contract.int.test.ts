import { fanOutContract } from '@sealpost/testing';
import { FanOutProcess, killListeners } from './support/fan-out-process.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();

fanOutContract({
  name: 'postgres',
  open: async () => {
    const schema = FanOutProcess.aSchema();
    const [here, there] = [1, 2].map(() => new FanOutProcess({ url: server.url, schema }));
    if (!here || !there) throw new Error('two processes');
    return {
      here: here.fanOut,
      there: there.fanOut,
      interrupt: () => killListeners(server, schema),
      dispose: async () => {
        await Promise.all([here.fanOut.stop(), there.fanOut.stop()]);
      },
    };
  },
});
