import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { eventually } from './support/eventually.ts';
import { json } from './support/test-client.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('keeps nothing of calls that were refused before their bodies were read (G16)', async () => {
  const { server, client } = await aServer();
  const requests: WeakRef<IncomingMessage>[] = [];
  server.on('request', (request: IncomingMessage) => requests.push(new WeakRef(request)));
  for (let sent = 0; sent < 50; sent++)
    await client.request('POST', '/v1/keys/claims', {
      headers: { 'content-type': json },
      body: '{"suite":"plain-1"}',
    });
  // The last one on each connection is kept by it.
  await eventually(async () => {
    collect();
    return requests.filter((request) => request.deref()).length < 10;
  });
  expect(requests).toHaveLength(50);
});
