import { edgeNames } from '@sealpost/protocol/reference';
import { describe, expect, it } from 'vitest';
import { Browser, cookiesOf, type SetCookie } from './support/browser.ts';
import { aServer, type Reply } from './support/requests.ts';

const publicUrl = 'https://chat.example';
const { accessCookie, refreshCookie } = edgeNames;

/** Everything by which a server sets cookies in the life of a browser. */
async function life(url: string): Promise<Record<'loggedIn' | 'refreshed' | 'loggedOut', Reply>> {
  const browser = await Browser.registered(url, publicUrl);
  const headers = { ...browser.own, [edgeNames.cookiesHeader]: '1' };
  const next = await Browser.registered(url, publicUrl);
  const loggedIn = await next.logIn(browser.handle);
  const body = { refreshToken: null, next: null };
  const refreshed = await browser.call(['POST', '/v1/sessions/refresh'], { headers, body });
  const loggedOut = await browser.call(['DELETE', '/v1/sessions/current'], { headers });
  return { loggedIn, refreshed, loggedOut };
}

const flagsOf = ({ attributes }: SetCookie) => ({
  scripts: attributes.has('httponly') ? 'no' : 'yes',
  otherSites: attributes.get('samesite')?.toLowerCase(),
  unencrypted: attributes.has('secure') ? 'no' : 'yes',
  otherHosts: attributes.has('domain') ? 'yes' : 'no',
});

describe('session cookies', () => {
  it('are kept from scripts, other sites, other hosts and plain connections, whatever sets or ends them', async () => {
    const { url } = await aServer({ publicUrl });
    for (const [what, reply] of Object.entries(await life(url))) {
      const cookies = cookiesOf(reply);
      expect([what, cookies.map(({ name }) => name)]).toEqual([
        what,
        [accessCookie, refreshCookie],
      ]);
      for (const cookie of cookies) {
        expect([what, flagsOf(cookie)]).toEqual([
          what,
          { scripts: 'no', otherSites: 'strict', unencrypted: 'no', otherHosts: 'no' },
        ]);
      }
    }
  });

  it('go nowhere but where they are needed, and for no longer than their tokens', async () => {
    const { url } = await aServer({
      publicUrl,
      limits: { accessTokenMs: 120_000, refreshTokenMs: 3_600_000 },
    });
    const { loggedIn } = await life(url);
    const [access, refresh] = cookiesOf(loggedIn);
    expect(access?.attributes.get('path')).toBe('/');
    expect(refresh?.attributes.get('path')).toBe('/v1/sessions');
    const ages = [access, refresh].map((cookie) => Number(cookie?.attributes.get('max-age')));
    expect(ages[0]).toBeGreaterThan(100);
    expect(ages[0]).toBeLessThanOrEqual(120);
    expect(ages[1]).toBeGreaterThan(3_500);
    expect(ages[1]).toBeLessThanOrEqual(3_600);
  });

  it('are the only place where a browser is given its tokens', async () => {
    const { url } = await aServer({ publicUrl });
    for (const [what, reply] of Object.entries(await life(url))) {
      const text = JSON.stringify(reply.value);
      for (const { value } of cookiesOf(reply)) {
        const [, token = ''] = /^[^.]+\.(.+)$/.exec(value) ?? [];
        expect([what, token !== '' && text.includes(token)]).toEqual([what, false]);
      }
      expect([what, reply.headers.get('cache-control')]).toEqual([what, 'no-store']);
    }
  });

  it('are given to nobody who did not ask for them', async () => {
    const { url } = await aServer();
    const browser = new Browser(url);
    const body = { handle: 'no-cookies', password: 'correct horse battery', deviceName: 'app' };
    const reply = await browser.call(['POST', '/v1/accounts'], { body });
    expect([reply.status, cookiesOf(reply)]).toEqual([200, []]);
  });
});
