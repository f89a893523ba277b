import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  type AnswerOf,
  type Calls,
  decodeMsgpack,
  encodeMsgpack,
  protocolVersion,
} from '@sealpost/protocol';
import type { Sealpost } from '../contenders/sealpost.ts';
import { cpuSecondsOf } from '../machine/process-tree.ts';
import type { Shape } from './shape.ts';

const suite = 'bench';
const devices = 100;
const bundlesEach = 40;
const bundleBytes = 300;
const atOnce = 16;

/** One-time bundles of others' devices, claimed one by one: each at most once, and durably. */
export const keyClaims: Shape = {
  name: 'keyclaims',
  optional: true,
  run: async (bench) => {
    const sealpost = await bench.sealpost();
    const owners = await sealpost.world.stocked(devices, { suite, bundlesEach, bundleBytes });
    const waiting = Array.from({ length: bundlesEach }, () => owners).flat();
    // Nobody claims of itself.
    const others = (await sealpost.world.devices(devices + 1)).slice(devices);
    const [asker = ''] = await sealpost.world.tokens(others);
    const { server = [], postgres = [] } = sealpost.charged;
    const before = { server: cpuSecondsOf(server), postgres: cpuSecondsOf(postgres) };
    const began = performance.now();
    const claims = waiting.length;
    const refs = await claimAll(
      sealpost,
      asker,
      waiting.map(({ account }) => account),
    );
    const seconds = (performance.now() - began) / 1000;
    const per = (used: number): number => (used * 1e6) / claims;
    const row = [
      claims / seconds,
      per(cpuSecondsOf(server) - before.server),
      per(cpuSecondsOf(postgres) - before.postgres),
    ];
    const distinct = new Set(refs).size;
    return {
      ratios: {},
      table: {
        head: ['shape', 'server', 'claims/s', 'µs/claim', 'Postgres'],
        rows: [['keyclaims', 'sealpost', ...row]],
      },
      notes: [],
      data: row,
      lost: claims - refs.length,
      duplicated: refs.length - distinct,
    };
  },
};

/** The refs that were handed out. */
async function claimAll(
  { urls }: Sealpost,
  token: string,
  waiting: string[],
): Promise<readonly string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const refs: string[] = [];
  const worker = async (): Promise<void> => {
    for (let account = waiting.pop(); account !== undefined; account = waiting.pop())
      refs.push(...(await claim(`${urls[0] ?? ''}/v1/keys/claims`, { agent, token, account })));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
  return refs;
}

function claim(
  url: string,
  {
    agent,
    token,
    account,
  }: { readonly agent: Agent; readonly token: string; readonly account: string },
): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/msgpack',
    'content-type': 'application/msgpack',
    'sealpost-protocol': String(protocolVersion.highest),
  };
  const call = request(url, { method: 'POST', agent, headers }, (response) => {
    if (response.statusCode === 200) buffer(response).then(resolve, reject);
    else reject(new Error(`a claim was refused: ${response.statusCode ?? 0}`));
  });
  call.on('error', reject);
  call.end(encodeMsgpack({ suite, accounts: [account], only: null }));
  return promise.then((bytes) =>
    (decodeMsgpack(bytes) as AnswerOf<Calls['claimBundles']>).bundles.map(({ ref }) => ref),
  );
}
