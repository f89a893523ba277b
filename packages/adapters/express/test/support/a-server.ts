import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Limits } from '@sealpost/domain';
import { unlimited } from '@sealpost/testing';
import { onTestFinished } from 'vitest';
import {
  edgeOptions,
  type EdgeOptions,
  type EdgeRecord,
  expressApp,
  type ExpressAppParts,
} from '../../src/index.ts';
import { aDomain } from './a-domain.ts';
import { TestClient } from './test-client.ts';

export const csrfSecret = new Uint8Array(32).fill(7);
/** Where browsers think that they are; the tests reach the server by its port. */
export const publicUrl = 'https://chat.example.org';

interface Given {
  readonly limits?: Partial<Limits>;
  readonly options?: Partial<EdgeOptions>;
  /** Replaces parts of the transport. */
  readonly parts?: Partial<ExpressAppParts>;
  /** Replaces use cases. */
  readonly useCases?: Partial<ExpressAppParts['useCases']>;
}

/** A server on 127.0.0.1, closed when the test ends. */
export async function aServer(given: Given = {}) {
  const domain = await aDomain(given.limits);
  const records: EdgeRecord[] = [];
  const app = expressApp({
    useCases: { ...domain.useCases, ...given.useCases },
    clock: domain.clock,
    limits: domain.limits,
    throttle: unlimited,
    options: edgeOptions({ publicUrl, csrfSecret, ...given.options }),
    metrics: async () => ({
      text: 'up 1\n',
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    }),
    ready: async () => ({ checks: [{ name: 'store', ok: true }] }),
    log: (record) => void records.push(record),
    ...given.parts,
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await domain.stop();
  });
  const url = `http://127.0.0.1:${port}`;
  return { ...domain, server, port, url, records, client: new TestClient(url) };
}

export type TestServer = Awaited<ReturnType<typeof aServer>>;
