import { fc } from '@fast-check/vitest';
import { type Call, type CallName, calls, encodeMsgpack, refusalBody } from '@sealpost/protocol';
import { refusalsOf } from '@sealpost/protocol/reference';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { aServer, type TestServer } from './support/a-server.ts';
import { aConversationId, aFounding } from './support/conversations.ts';
import { inputs } from './support/input-arbitrary.ts';
import { aHandle, aPerson, password, type Person } from './support/people.ts';
import { json, msgpack, type Reply } from './support/test-client.ts';

const names = Object.keys(calls) as CallName[];
/** What cannot be packed is sent as the byte that MessagePack never uses. */
function packed(value: unknown): Uint8Array {
  try {
    return encodeMsgpack(value);
  } catch {
    return Uint8Array.of(0xc1);
  }
}

function asJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('base64url') : member,
    ) ?? ''
  );
}

const form = fc.constantFrom('msgpack', 'json', 'bytes') as fc.Arbitrary<
  'msgpack' | 'json' | 'bytes'
>;

interface Case {
  readonly name: CallName;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly noise: Uint8Array;
  readonly form: 'msgpack' | 'json' | 'bytes';
  readonly token: 'certified' | 'pending' | 'garbage' | 'none';
}

const cases = (known: readonly string[]): fc.Arbitrary<Case> =>
  fc.constantFrom(...names).chain((name) => {
    const call: Call = calls[name];
    return fc.record({
      name: fc.constant(name),
      params: inputs(call.params, known),
      query: inputs(call.query, known),
      body: inputs(call.body, known),
      noise: fc.uint8Array({ maxLength: 60 }),
      form,
      token: fc.constantFrom(
        'certified',
        'certified',
        'certified',
        'certified',
        'pending',
        'garbage',
        'none',
      ) as fc.Arbitrary<Case['token']>,
    });
  });

const field = (value: unknown, key: string): string => {
  const member: unknown =
    typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[key]
      : undefined;
  const text = typeof member === 'string' || typeof member === 'number' ? String(member) : 'x';
  return encodeURIComponent(text.toWellFormed());
};

function pathOf(call: Call, { params, query }: Case): string {
  const path = call.path.replaceAll(/:(\w+)/g, (_, key: string) => field(params, key));
  const keys = typeof query === 'object' && query !== null ? Object.keys(query) : [];
  const pairs = keys
    .filter((key) => (query as Record<string, unknown>)[key] !== undefined)
    .map((key) => `${encodeURIComponent(key.toWellFormed())}=${field(query, key)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

interface Caller {
  readonly certified: Person;
  readonly pending: string;
}

async function aCaller({ client }: TestServer): Promise<Caller> {
  const certified = await aPerson(client);
  const pending = await client.call('logIn', {
    body: { handle: certified.handle, password, deviceName: 'b', proof: null },
  });
  return { certified, pending: pending.accessToken };
}

async function sent({ client }: TestServer, caller: Caller, one: Case): Promise<Reply> {
  const call: Call = calls[one.name];
  const tokens = {
    certified: caller.certified.token,
    pending: caller.pending,
    garbage: 'e.e.e',
    none: '',
  };
  const headers: Record<string, string> = { accept: one.noise.length % 2 === 0 ? msgpack : json };
  if (one.token !== 'none') headers['authorization'] = `Bearer ${tokens[one.token]}`;
  const body =
    one.form === 'msgpack' ? packed(one.body) : one.form === 'json' ? asJson(one.body) : one.noise;
  if (one.body === undefined || call.method === 'GET')
    return client.request(call.method, pathOf(call, one), { headers });
  headers['content-type'] = one.form === 'json' ? json : msgpack;
  return client.request(call.method, pathOf(call, one), { headers, body });
}

it(
  'answers any input as its call says, or refuses it by a code of the reference',
  { timeout: 120_000 },
  async () => {
    const server = await aServer({
      limits: { pendingDevicesPerAccount: 1_000 },
    });
    let caller = await aCaller(server);
    const conversation = aConversationId();
    await server.client.call('append', {
      params: { conversation },
      token: caller.certified.token,
      body: aFounding([caller.certified]),
    });
    const other = await aPerson(server.client);
    const known = [
      conversation,
      other.account,
      other.device,
      other.handle,
      caller.certified.account,
      caller.certified.device,
      'current',
      aHandle(),
      password,
    ];
    const answered = { asked: 0, done: 0 };

    await fc.assert(
      fc.asyncProperty(cases(known), async (one) => {
        const { status, value } = await sent(server, caller, one);
        answered.asked += 1;
        expect(status).toBeLessThan(500);
        if (status === 200) {
          answered.done += 1;
          (calls[one.name].answer as z.ZodType).parse(value);
          if (['deleteAccount', 'logOut', 'revokeDevice'].includes(one.name))
            caller = await aCaller(server);
          return;
        }
        const { error } = refusalBody.parse(value);
        expect([...refusalsOf(calls[one.name]), 'unknown_call']).toContain(error.code);
      }),
      { numRuns: 600 },
    );

    expect(server.records).toEqual([]);
    expect((await server.client.send('serverInformation', {})).status).toBe(200);
    // The property would say nothing if everything were turned away at the door.
    expect(answered.done).toBeGreaterThan(answered.asked / 20);
  },
);
