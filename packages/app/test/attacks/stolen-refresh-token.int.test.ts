import { describe, expect, it } from 'vitest';
import { aPerson, call, connected, type Person } from '../support/people.ts';
import { linkedDevice } from './support/devices.ts';
import { aServer, codeOf, figure } from './support/requests.ts';

type Tokens = Pick<Person, 'accessToken' | 'refreshToken'>;

const refresh = (url: string, refreshToken: string, next: string | null = null) =>
  call(url, ['POST', '/v1/sessions/refresh'], { body: { refreshToken, next } });

async function refreshed(url: string, refreshToken: string, next: string | null = null) {
  const { status, value } = await refresh(url, refreshToken, next);
  expect(status).toBe(200);
  return value as Tokens;
}

const uses = async (url: string, { accessToken }: Tokens): Promise<number> =>
  (await call(url, ['GET', '/v1/devices'], { token: accessToken })).status;

/** Nothing of the session works any more, for nobody. */
async function expectEnded(url: string, ...held: readonly Tokens[]): Promise<void> {
  for (const tokens of held) {
    expect(await uses(url, tokens)).toBe(401);
    expect(codeOf(await refresh(url, tokens.refreshToken))).toBe('invalid_token');
  }
}

describe('a stolen refresh token', () => {
  it('that the thief uses first ends with the whole session when its owner refreshes', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    const thief = await refreshed(url, owner.refreshToken);
    expect(await uses(url, thief)).toBe(200);
    expect(codeOf(await refresh(url, owner.refreshToken))).toBe('invalid_token');
    await expectEnded(url, owner, thief);
    expect(await figure(url, 'sealpost_refresh_reused_total')).toBe(1);
  });

  it('that its owner has replaced gives the thief nothing, and ends the session', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    const fresh = await refreshed(url, owner.refreshToken);
    expect(codeOf(await refresh(url, owner.refreshToken))).toBe('invalid_token');
    await expectEnded(url, owner, fresh);
  });

  it('is recognised however many tokens followed it', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    let newest: Tokens = owner;
    for (let n = 0; n < 5; n++) newest = await refreshed(url, newest.refreshToken);
    expect(codeOf(await refresh(url, owner.refreshToken))).toBe('invalid_token');
    await expectEnded(url, newest);
  });

  it('is not taken for a repeated call when the thief chooses another successor', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    const [own, other] = ['o'.repeat(43), 't'.repeat(43)];
    await refreshed(url, owner.refreshToken, own);
    // The very same call again is a lost answer, and harms nothing.
    const again = await refreshed(url, owner.refreshToken, own);
    expect(await uses(url, again)).toBe(200);
    expect(codeOf(await refresh(url, owner.refreshToken, other))).toBe('invalid_token');
    await expectEnded(url, { ...again, refreshToken: own }, { ...again, refreshToken: other });
  });

  it('used by both at the same moment leaves neither with a session', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    const replies = await Promise.all([
      refresh(url, owner.refreshToken),
      refresh(url, owner.refreshToken),
    ]);
    const won = replies.filter(({ status }) => status === 200).map(({ value }) => value as Tokens);
    expect(won.length).toBeLessThan(2);
    await expectEnded(url, owner, ...won);
  });

  it('ends connections that were made with it, and no other session of the account', async () => {
    const { url } = await aServer();
    const owner = await aPerson(url);
    const phone = await linkedDevice(url, owner);
    const [mine, untouched] = [await connected(url, owner), await connected(url, phone)];
    await refreshed(url, owner.refreshToken);
    await refresh(url, owner.refreshToken);
    expect(await mine.heard('closing')).toMatchObject({ reason: 'session_revoked' });
    await mine.heard('disconnect');
    expect(await uses(url, phone)).toBe(200);
    expect(untouched.socket.connected).toBe(true);
    await refreshed(url, phone.refreshToken);
    untouched.socket.close();
  });
});
