import { calls, type CallName } from '@sealpost/protocol';
import { edgeNames } from '@sealpost/protocol/reference';
import { describe, expect, it } from 'vitest';
import { password } from '../support/people.ts';
import { Browser } from './support/browser.ts';
import { aServer, codeOf, send } from './support/requests.ts';

const { csrfHeader, cookiesHeader } = edgeNames;
const evil = 'https://evil.example';

/** Every call that cookies authenticate and that may change something. */
const changing = Object.entries(calls).filter(
  ([, { access, method }]) => access !== 'anybody' && method !== 'GET',
) as [CallName, (typeof calls)[CallName]][];

const pathOf = (path: string): string => path.replaceAll(/:\w+/g, 'any');

/** How pages of other sites, and whoever can plant a header, would call with the cookies of the victim's browser. */
const forgeries = (victim: Browser, other: Browser): Record<string, Record<string, string>> => ({
  'from another site': { origin: evil },
  'from another site with a token': { ...victim.own, origin: evil },
  'from a sandboxed frame': { ...victim.own, origin: 'null' },
  'from another port': { ...victim.own, origin: 'http://127.0.0.1:1' },
  'from a host that begins like ours': { ...victim.own, origin: `${victim.url}.evil.example` },
  'without an origin': { [csrfHeader]: victim.csrf },
  'without the token': { origin: victim.origin },
  'with an empty token': { origin: victim.origin, [csrfHeader]: '' },
  'with a made-up token': { origin: victim.origin, [csrfHeader]: 'a'.repeat(43) },
  'with the token of another session': { origin: victim.origin, [csrfHeader]: other.csrf },
});

describe('cross-site request forgery', () => {
  it('reaches no call that changes something, in whatever way it is tried', async () => {
    const { url } = await aServer();
    const [victim, other] = [await Browser.registered(url), await Browser.registered(url)];
    expect(changing.length).toBeGreaterThan(12);
    const reached: string[] = [];
    for (const [name, { method, path }] of changing) {
      for (const [how, headers] of Object.entries(forgeries(victim, other))) {
        const reply = await victim.call([method, pathOf(path)], { headers });
        if (reply.status !== 403 || codeOf(reply) !== 'csrf') reached.push(`${name} ${how}`);
      }
      // The page itself gets further: that is what makes the refusals above mean something.
      if (name === 'logOut' || name === 'revokeDevice' || name === 'deleteAccount') continue;
      const own = await victim.call([method, pathOf(path)], { headers: victim.own });
      if (codeOf(own) === 'csrf') reached.push(`${name} is refused to the page itself`);
    }
    expect(reached).toEqual([]);
    const devices = await victim.call(['GET', '/v1/devices']);
    expect(devices.value).toMatchObject({ devices: [{ status: 'pending' }] });
  });

  it('neither logs a browser in, nor out, nor refreshes what it holds', async () => {
    const { url } = await aServer();
    const [victim, attacker] = [await Browser.registered(url), await Browser.registered(url)];
    const before = new Map(victim.held);
    const entering = { handle: attacker.handle, password, deviceName: 'page' };
    for (const origin of [evil, 'null', undefined]) {
      const headers = { [cookiesHeader]: '1', ...(origin === undefined ? {} : { origin }) };
      const tries = [
        await victim.call(['POST', '/v1/sessions'], {
          headers,
          body: { ...entering, proof: null },
        }),
        await victim.call(['POST', '/v1/accounts'], {
          headers,
          body: { ...entering, handle: 'another' },
        }),
        await victim.call(['POST', '/v1/sessions/refresh'], {
          headers: { ...headers, [csrfHeader]: victim.csrf },
          body: { refreshToken: null, next: null },
        }),
        await victim.call(['DELETE', '/v1/sessions/current'], { headers }),
      ];
      expect(tries.map(codeOf)).toEqual(['csrf', 'csrf', 'csrf', 'csrf']);
    }
    expect(victim.held).toEqual(before);
  });

  it('by a plain form, which needs no permission of the browser, is not even read', async () => {
    const { url } = await aServer();
    const victim = await Browser.registered(url);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await fetch(`${url}/v1/sessions/refresh`, {
        method: 'POST',
        headers: { 'content-type': type, cookie: victim.cookie, origin: evil },
        body: '{"refreshToken":null,"next":null}',
      });
      expect([type, response.status]).toEqual([type, 415]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it('gets no permission to call, and none to read an answer', async () => {
    const { url } = await aServer();
    const victim = await Browser.registered(url);
    // Without this one, browsers heed no other of the headers that permit.
    const permitted = 'access-control-allow-origin';
    for (const origin of [evil, 'null']) {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const preflight = await fetch(`${url}/v1/sessions`, { method: 'OPTIONS', headers });
      const read = await victim.call(['GET', '/v1/account'], { headers: { origin } });
      for (const answer of [preflight, read]) expect(answer.headers.get(permitted)).toBeNull();
    }
    const shared = await aServer({ allowedOrigins: ['https://chat.example'] });
    const { headers } = await send(shared.url, ['GET', '/v1/server'], {
      headers: { origin: 'https://chat.example' },
    });
    expect(headers.get(permitted)).toBe('https://chat.example');
  });
});
