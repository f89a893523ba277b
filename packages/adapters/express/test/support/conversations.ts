import { randomUUID } from 'node:crypto';
import { emptyChange } from '@sealpost/domain';
import type { WireChange, WireEntryCommand } from '@sealpost/protocol';
import { type Person, suite } from './people.ts';

export const aConversationId = (): string => randomUUID().replaceAll('-', '');

const ref = ({ account, device }: { account: string; device: string }) => ({ account, device });

export const aChange = (about: Partial<WireChange>): WireChange => ({
  ...(emptyChange as WireChange),
  ...about,
});

/** A command for the first keys of a conversation. */
export const aCommand = (about: Partial<WireEntryCommand> = {}): WireEntryCommand => ({
  kind: 'message',
  class: 'loud',
  clientId: randomUUID(),
  after: null,
  generation: 1,
  epoch: 1,
  change: null,
  blobs: [],
  parts: [{ audience: 'all', bytes: new TextEncoder().encode('ciphertext') }],
  ...about,
});

/** The first entry of a group of these devices, the first of which founds it. */
export const aFounding = (
  members: readonly Person[],
  about: Partial<WireEntryCommand> = {},
): WireEntryCommand =>
  aCommand({
    kind: 'created',
    class: 'quiet',
    generation: 0,
    epoch: 0,
    change: aChange({
      mode: 'found',
      founding: { kind: 'group', suite },
      addMembers: members.map(({ account }, at) => ({
        account,
        role: at === 0 ? 'owner' : 'member',
      })),
      addDevices: members.map(ref),
    }),
    parts: [
      { audience: 'all', bytes: new TextEncoder().encode('commit') },
      { audience: 'joiners', bytes: new TextEncoder().encode('join here') },
      ...members
        .slice(1)
        .map(({ device }) => ({ audience: [device], bytes: new TextEncoder().encode('welcome') })),
    ],
    ...about,
  });
