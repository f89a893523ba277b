import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export interface SayingProxy {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Passes connections on to a port of this machine, and answers on as `said` changes each piece of them: a server that says
 * something else of itself, as one of an earlier version does. A text in a protocol that counts must keep its length.
 */
export async function sayingProxy(
  port: number,
  said: (answer: Buffer) => Buffer,
): Promise<SayingProxy> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far);
    far.on('data', (answer) => near.write(said(answer)));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Changes a text wherever it stands; both have one length. */
export const saying =
  (text: RegExp, other: string) =>
  (answer: Buffer): Buffer =>
    Buffer.from(answer.toString('latin1').replace(text, other), 'latin1');
