import { type DeviceRef, emptyChange } from '@sealpost/domain';
import type { Composition } from '../../src/composition/compose.ts';
import { TOKENS } from '../../src/composition/tokens.ts';

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

/** `conversation`, a group in which `alice` is with her devices `first` and `second`. */
export async function aConversation(composition: Composition): Promise<void> {
  const { get } = composition;
  await (
    await get(TOKENS.accounts)
  ).create({ id: 'alice', handle: 'alice', passwordHash: 'none', now: 1 });
  const sender = await certified(composition, 'alice', 'first');
  const addDevices = [sender, await certified(composition, 'alice', 'second')];
  const addMembers = [{ account: 'alice', role: 'owner' as const }];
  const founding = { kind: 'group' as const, suite: 'plain-1' };
  const created = await (
    await get(TOKENS.appendEntry)
  ).execute({
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
  if (!created.ok) throw new Error(`the conversation was refused: ${created.error.code}`);
}

/** The newest change of the conversation. */
export async function lastChange({ get }: Composition) {
  const loaded = await (await get(TOKENS.storedLog)).load('conversation');
  return loaded?.changes.at(-1);
}
