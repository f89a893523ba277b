import { deviceCertificateBytes, toBase64url } from '@sealpost/protocol';
import { randomBytes, randomUUID } from 'node:crypto';
import { answered, password, type Person, rawKey, suite } from '../../support/people.ts';

type Pending = Omit<Person, 'handle' | 'accountKey'>;

/** A device that logged in with the right password and that nobody has certified. */
export async function pendingDevice(url: string, { handle }: Person): Promise<Pending> {
  const body = { handle, password, deviceName: 'phone', proof: null };
  return answered<Pending>(url, ['POST', '/v1/sessions'], { body });
}

/** A further certified device of an account, linked by one that is. */
export async function linkedDevice(url: string, by: Person): Promise<Person> {
  const pending = await pendingDevice(url, by);
  const own = { token: pending.accessToken };
  const { device } = pending;
  const [key, nonce] = [rawKey(), { nonce: randomBytes(32).toString('base64url') }];
  const link = {
    signatureKey: toBase64url(key.publicKey),
    linkKey: randomBytes(32).toString('base64url'),
    commitment: randomBytes(32).toString('base64url'),
  };
  await answered(url, ['PUT', '/v1/devices/current/link'], { ...own, body: link });
  const approver = { token: by.accessToken };
  await answered(url, ['PUT', `/v1/devices/${device}/link/offer`], { ...approver, body: nonce });
  await answered(url, ['PUT', '/v1/devices/current/link/reveal'], { ...own, body: nonce });
  const certifiedAt = Date.now();
  const claim = {
    accountId: by.account,
    deviceId: device,
    signatureKey: key.publicKey,
    createdAtMs: certifiedAt,
  };
  const body = {
    certificate: by.accountKey.sign(deviceCertificateBytes(claim) ?? new Uint8Array()),
    certifiedAt,
    package: 'AAAA',
  };
  await answered(url, ['PUT', `/v1/devices/${device}/certificate`], { ...approver, body });
  const refresh = { refreshToken: pending.refreshToken, next: null };
  const { handle, accountKey } = by;
  const credentials = await answered<Pending>(url, ['POST', '/v1/sessions/refresh'], {
    body: refresh,
  });
  return { handle, accountKey, ...credentials };
}

/** A group with all these devices in its keys; what is sent in it is nothing but bytes. */
export async function aGroup(url: string, [founder, ...others]: readonly Person[]) {
  const conversation = randomUUID();
  if (!founder) throw new Error('a group has a founder');
  const people = [founder, ...others];
  const accounts = [...new Set(people.map(({ account }) => account))];
  const body = {
    kind: 'created',
    class: 'quiet',
    clientId: randomUUID(),
    after: null,
    generation: 1,
    epoch: 1,
    change: {
      mode: 'found',
      founding: { kind: 'group', suite },
      addMembers: accounts.map((account) => ({
        account,
        role: account === founder.account ? 'owner' : 'member',
      })),
      removeMembers: [],
      setRoles: [],
      addDevices: people.map(({ account, device }) => ({ account, device })),
      removeDevices: [],
      revokeDevices: [],
    },
    blobs: [],
    parts: others.map(({ device }) => ({ audience: [device], bytes: 'AAAA' })),
  };
  const token = founder.accessToken;
  await answered(url, ['POST', `/v1/conversations/${conversation}/entries`], { token, body });
  return conversation;
}

/** A message as the socket event `send` takes it. */
export const aMessage = (conversation: string) => ({
  conversation,
  class: 'loud',
  clientId: randomUUID(),
  after: null,
  generation: 1,
  epoch: 1,
  blobs: [],
  parts: [{ audience: 'all', bytes: new Uint8Array(64) }],
});
