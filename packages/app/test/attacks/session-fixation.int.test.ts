import { edgeNames } from '@sealpost/protocol/reference';
import { describe, expect, it } from 'vitest';
import { aPerson, call, connect, connected, password, type Person } from '../support/people.ts';
import { Browser } from './support/browser.ts';
import { pendingDevice } from './support/devices.ts';
import { aServer, codeOf, send } from './support/requests.ts';

const { cookiesHeader } = edgeNames;

describe('session fixation', () => {
  it('by cookies that were there before the log-in gives their planter nothing', async () => {
    const { url } = await aServer();
    const attacker = await Browser.registered(url);
    const { handle, account } = await aPerson(url, 'victim');
    const victim = new Browser(url);
    for (const [name, value] of attacker.held) victim.held.set(name, value);
    const planted = new Set(attacker.held.values());
    await victim.logIn(handle);
    expect(victim.session).not.toBe(attacker.session);
    for (const value of victim.held.values()) expect(planted).not.toContain(value);
    // What the attacker still holds is the attacker's own account.
    const own = await attacker.call(['GET', '/v1/account']);
    expect((own.value as { account: string }).account).not.toBe(account);
    const victims = await victim.call(['GET', '/v1/account']);
    expect(victims.value).toMatchObject({ account });
  });

  it('by cookies planted after the log-in lets the page of the victim change nothing in the attacker’s name', async () => {
    const { url } = await aServer();
    const [attacker, victim] = [await Browser.registered(url), await Browser.registered(url)];
    for (const [name, value] of attacker.held) victim.held.set(name, value);
    const reply = await victim.call(['DELETE', '/v1/devices/any'], { headers: victim.own });
    expect(codeOf(reply)).toBe('csrf');
    const body = { refreshToken: null, next: null };
    const headers = { ...victim.own, [cookiesHeader]: '1' };
    expect(codeOf(await victim.call(['POST', '/v1/sessions/refresh'], { headers, body }))).toBe(
      'csrf',
    );
  });

  it('by naming a session at log-in is refused, and names none', async () => {
    const { url } = await aServer();
    const attacker = await aPerson(url, 'attacker');
    const { handle } = await aPerson(url, 'victim');
    const who = { handle, password, deviceName: 'page', proof: null };
    for (const field of ['session', 'sid', 'device', 'account', 'refreshToken', 'accessToken']) {
      const body = { ...who, [field]: attacker.session };
      const reply = await send(url, ['POST', '/v1/sessions'], { body });
      expect([field, reply.status, codeOf(reply)]).toEqual([field, 400, 'invalid_request']);
    }
    const headers = {
      authorization: `Bearer ${attacker.accessToken}`,
      'x-session': attacker.session,
    };
    const reply = await send(url, ['POST', '/v1/sessions'], { headers, body: who });
    expect((reply.value as Person).session).not.toBe(attacker.session);
  });

  it('by a chosen refresh token works for the own session alone, and for browsers not at all', async () => {
    const { url } = await aServer();
    const [attacker, victim] = [await aPerson(url, 'attacker'), await aPerson(url, 'victim')];
    const refresh = (refreshToken: string, next: string | null) =>
      call(url, ['POST', '/v1/sessions/refresh'], { body: { refreshToken, next } });
    const chosen = 'c'.repeat(43);
    expect((await refresh(attacker.refreshToken, chosen)).value).toMatchObject({
      session: attacker.session,
    });
    // Neither what another session has or had, nor what this one has.
    for (const taken of [chosen, attacker.refreshToken, victim.refreshToken])
      expect(codeOf(await refresh(victim.refreshToken, taken))).toBe('invalid_token');
    expect((await refresh(victim.refreshToken, null)).value).toMatchObject({
      session: victim.session,
    });
    expect((await refresh(chosen, null)).value).toMatchObject({ session: attacker.session });
    const browser = await Browser.registered(url);
    const headers = { ...browser.own, [cookiesHeader]: '1' };
    const body = { refreshToken: null, next: chosen };
    expect(codeOf(await browser.call(['POST', '/v1/sessions/refresh'], { headers, body }))).toBe(
      'invalid_request',
    );
  });

  it('gives a token from before a device was certified none of what certified devices may', async () => {
    const { url } = await aServer();
    const person = await aPerson(url, 'victim');
    const pending = await pendingDevice(url, person);
    const look = (token: string) =>
      call(url, ['GET', `/v1/accounts/${person.account}`], { token }).then(codeOf);
    expect(await look(pending.accessToken)).toBe('device_pending');
    const { heard } = connect(url, { protocol: 1, accessToken: pending.accessToken, suites: [] });
    expect(await heard('connect_error')).toMatchObject({ message: 'device_pending' });
    expect(await look(person.accessToken)).toBeNull();
  });

  it('by the transport’s own id of a connection takes nothing over', async () => {
    const { url } = await aServer();
    const victim = await connected(url, await aPerson(url, 'victim'));
    const { id } = victim.socket.io.engine;
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${id}`;
    const intruder = new WebSocket(address);
    const heard: string[] = [];
    // How a client moves a connection from one transport to the next.
    intruder.addEventListener('open', () => intruder.send('2probe'));
    intruder.addEventListener('message', ({ data }: { data: unknown }) => {
      heard.push(String(data));
      if (data === '3probe') intruder.send('5');
    });
    await new Promise((resolve) => intruder.addEventListener('close', resolve));
    expect(heard).toEqual([]);
    expect(await victim.socket.timeout(5_000).emitWithAck('typing', {})).toMatchObject({
      error: { code: 'invalid_request' },
    });
    victim.socket.close();
  });
});
