import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aPerson, call, password } from '../support/people.ts';
import { aServer, send } from './support/requests.ts';

/** Every calculation that a log-in costs, by the parameters that it was made with. */
const work: string[] = [];
vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<{ verify: (hash: string, word: string) => Promise<boolean> }>();
  return {
    ...real,
    verify: (hash: string, word: string) => {
      work.push(hash.split('$').slice(1, 4).join('$'));
      return real.verify(hash, word);
    },
  };
});

const rounds = 15;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A handle of each kind that a guesser could tell apart, and none of whose passwords is the one that is tried. */
async function handlesOn(url: string) {
  const known = await aPerson(url, 'known');
  const deleted = await aPerson(url, 'deleted');
  await call(url, ['DELETE', '/v1/account'], { token: deleted.accessToken });
  return {
    known: known.handle,
    unknown: 'nobody-has-this',
    deleted: deleted.handle,
    malformed: '!!! no handle !!!',
  };
}

let times = 0;
/** Each from an address of its own: no limit is under test here. */
const logIn = (url: string, handle: string) =>
  send(url, ['POST', '/v1/sessions'], {
    headers: { 'x-forwarded-for': `198.51.${times >> 8}.${times++ & 255}` },
    body: { handle, password: `not ${password}`, deviceName: 'guesser', proof: null },
  });

beforeEach(() => void work.splice(0));

describe('whoever guesses handles', () => {
  it('is answered alike for known, unknown, deleted and malformed ones', async () => {
    const { url } = await aServer({ http: { trustedProxies: 1 } });
    const replies: object[] = [];
    for (const handle of Object.values(await handlesOn(url))) {
      const { status, value, headers } = await logIn(url, handle);
      const told = [...headers].filter(([name]) => name !== 'date');
      replies.push({ status, value, told });
    }
    expect(replies[0]).toMatchObject({
      status: 401,
      value: { error: { code: 'wrong_credentials' } },
    });
    expect(replies).toEqual(replies.map(() => replies[0]));
  });

  it('causes the same calculation for each of them, once', async () => {
    const { url } = await aServer({ http: { trustedProxies: 1 } });
    const handles = await handlesOn(url);
    for (const [kind, handle] of Object.entries(handles)) {
      work.splice(0);
      await logIn(url, handle);
      expect([kind, work]).toEqual([
        kind,
        [expect.stringMatching(/^argon2id\$v=19\$m=\d+,t=\d+,p=\d+$/)],
      ]);
    }
    work.splice(0);
    for (const handle of Object.values(handles)) await logIn(url, handle);
    expect(new Set(work).size).toBe(1);
  });

  it('learns nothing from how long it takes', { timeout: 60_000 }, async () => {
    const { url } = await aServer({ http: { trustedProxies: 1 } });
    const handles = Object.entries(await handlesOn(url));
    const took = new Map(handles.map(([kind]): [string, number[]] => [kind, []]));
    // In turn, so that whatever else the machine does meets all of them alike.
    for (let round = 0; round < rounds; round++) {
      for (const [kind, handle] of handles) {
        const began = performance.now();
        await logIn(url, handle);
        took.get(kind)?.push(performance.now() - began);
      }
    }
    const known = median(took.get('known') ?? []);
    for (const [kind, values] of took) {
      const ratio = median(values) / known;
      // One calculation less would be a ratio below 0.3.
      expect([kind, ratio > 0.5 && ratio < 2, ratio]).toEqual([kind, true, ratio]);
    }
  });
});
