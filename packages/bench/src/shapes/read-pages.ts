import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { protocolVersion } from '@sealpost/protocol';

export interface Log {
  readonly url: string;
  readonly token: string;
  readonly conversation: string;
}

/** Pages of a log, one after the other, as they came: reading them is no cost of the server. */
export async function readPages(
  { url, token, conversation }: Log,
  starts: readonly number[],
  page: number,
): Promise<Buffer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/msgpack',
    'sealpost-protocol': String(protocolVersion.highest),
  };
  const read = (after: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const path = `/v1/conversations/${conversation}/entries?incarnation=1&after=${after}&limit=${page}`;
      get(`${url}${path}`, { agent, headers }, (response) => {
        if (response.statusCode !== 200)
          reject(new Error(`a page was refused: ${response.statusCode ?? 0}`));
        buffer(response).then(resolve, reject);
      }).on('error', reject);
    });
  const pages: Buffer[] = [];
  for (const after of starts) pages.push(await read(after));
  agent.destroy();
  return pages;
}
