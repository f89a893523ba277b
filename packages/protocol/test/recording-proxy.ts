import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What one connection carried. */
export interface Recording {
  readonly fromClient: Buffer[];
  readonly fromServer: Buffer[];
}

interface RecordingProxy {
  readonly port: number;
  readonly connections: readonly Recording[];
  close(): Promise<void>;
}

function pipe(from: Socket, to: Socket, record: Buffer[]): void {
  from.on('data', (chunk: Buffer) => {
    record.push(chunk);
    to.write(chunk);
  });
  from.on('close', () => to.destroy());
  from.on('error', () => to.destroy());
}

/** Passes TCP connections on to a port of this machine and keeps every byte. */
export async function recordingProxy(targetPort: number): Promise<RecordingProxy> {
  const connections: Recording[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    const recording: Recording = { fromClient: [], fromServer: [] };
    connections.push(recording);
    sockets.add(client).add(target);
    pipe(client, target, recording.fromClient);
    pipe(target, client, recording.fromServer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
