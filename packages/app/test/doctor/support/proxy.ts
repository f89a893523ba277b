import {
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { TestCertificate } from './certificate.ts';

export interface ProxyWays {
  /** As proxies should: the address of who connects is added. */
  readonly tellsAddress?: boolean;
  readonly passesUpgrades?: boolean;
  /** Instead of what the server says. */
  readonly date?: string;
  /** Clients speak TLS to it. */
  readonly certificate?: TestCertificate;
}

export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Has a server listen on a free port of 127.0.0.1. */
export async function listening(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { port, url: `http://127.0.0.1:${port}`, close };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const { port, close } = await listening(createServer());
  await close();
  return port;
}

function headersOf({ headers, socket }: IncomingMessage, tells: boolean) {
  const before = headers['x-forwarded-for'];
  const way = [before, socket.remoteAddress].filter((one) => one !== undefined).join(', ');
  return tells ? { ...headers, 'x-forwarded-for': way } : headers;
}

/** A reverse proxy before the server on that port, which is asked for with each request. */
export function proxyTo(
  target: () => number,
  { tellsAddress = true, passesUpgrades = true, date, certificate }: ProxyWays = {},
): Promise<Listening> {
  const open = new Set<Socket>();
  const pass: RequestListener = (incoming, outgoing) => {
    const { method, url } = incoming;
    const headers = headersOf(incoming, tellsAddress);
    const passed = request(
      { host: '127.0.0.1', port: target(), path: url, method, headers },
      (answer) => {
        const { statusCode = 502 } = answer;
        outgoing.writeHead(statusCode, {
          ...answer.headers,
          ...(date === undefined ? {} : { date }),
        });
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.writeHead(502).end('bad gateway'));
    incoming.pipe(passed);
  };
  const server = certificate ? createSecureServer(certificate, pass) : createServer(pass);
  if (passesUpgrades)
    server.on('upgrade', (incoming: IncomingMessage, near: Socket) => {
      const far = connect(target(), '127.0.0.1');
      for (const socket of [near, far]) {
        open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => [near, far].forEach((one) => one.destroy()));
      }
      const headers = Object.entries(headersOf(incoming, tellsAddress));
      const lines = headers.map(([name, value]) => `${name}: ${String(value)}`);
      far.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      near.pipe(far);
      far.pipe(near);
    });
  return listening(server).then(({ close, port, url }) => ({
    port,
    url: certificate ? url.replace('http:', 'https:') : url,
    close: () => {
      for (const socket of open) socket.destroy();
      return close();
    },
  }));
}
