import { emptyChange, type DeviceRef } from '@sealpost/domain';
import { expect, it } from 'vitest';
import { configFrom } from '../config/load-config.ts';
import { compose, type Composition } from './compose.ts';
import { TOKENS } from './tokens.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length);

/** A certified device, whose keys nobody looks at. */
async function certified(
  { get }: Composition,
  account: string,
  device: string,
): Promise<DeviceRef> {
  const devices = await get(TOKENS.devices);
  await devices.enrol({ id: device, account, name: device, now: 1 }, 9);
  const keys = { signatureKey: bytes(32), certificate: bytes(64), certifiedAt: 1 };
  if ((await devices.certifyFirst(device, { accountKey: bytes(32), ...keys })) !== 'certified') {
    await devices.publishLink(device, {
      signatureKey: bytes(32),
      linkKey: bytes(32),
      commitment: bytes(32),
    });
    await devices.offerLink(device, { by: 'first', nonce: bytes(32) });
    await devices.revealLink(device, bytes(32));
    await devices.approve(device, {
      ...keys,
      by: 'first',
      package: bytes(1),
      packageExpiresAt: 2,
      limit: 9,
    });
  }
  return { account, device };
}

it('takes a revoked device out of its conversations', async () => {
  const composition = await compose(configFrom({ profile: 'memory' }), () => undefined);
  const { get } = composition;
  await (
    await get(TOKENS.accounts)
  ).create({ id: 'alice', handle: 'alice', passwordHash: 'none', now: 1 });
  const sender = await certified(composition, 'alice', 'first');
  const addDevices = [sender, await certified(composition, 'alice', 'second')];
  const addMembers = [{ account: 'alice', role: 'owner' as const }];
  const founding = { kind: 'group' as const, suite: 'plain-1' };
  const appendEntry = await get(TOKENS.appendEntry);
  const created = await appendEntry.execute({
    conversation: 'conversation',
    kind: 'created',
    class: 'quiet',
    sender,
    clientId: 'one',
    after: null,
    generation: 0,
    epoch: 0,
    change: { ...emptyChange, mode: 'found', founding, addMembers, addDevices },
    blobs: [],
    parts: [{ audience: ['second'], bytes: bytes(8) }],
  });
  expect(created).toMatchObject({ ok: true, value: { seq: 1 } });

  await (await get(TOKENS.endDevices)).revoke('alice', 'second');
  const log = await get(TOKENS.storedLog);
  await expect
    .poll(async () => (await log.load('conversation'))?.changes.at(-1))
    .toMatchObject({
      seq: 2,
      kind: 'roster',
      change: { revokeDevices: [{ account: 'alice', device: 'second' }] },
    });
});
