import { selfId } from '@sealpost/domain';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect, it } from 'vitest';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { type ConversationRecord, newConversation } from '../core/records.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import type { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import { webSystem } from '../system/web-system.ts';
import { ChangeMembers } from './change-members.ts';
import { CommitChanges } from './commit-changes.ts';
import type { EnterKeys } from './enter-keys.ts';
import { FoundConversations } from './found-conversations.ts';

const me = { account: 'alice', device: 'phone' };

/** A device with an identity and no conversation. A log takes nothing from it: what it appends is a mistake. */
async function aDevice(answer: (call: string) => Promise<unknown>) {
  const engine = plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });
  const vault = new Vault(await MemoryStore.open());
  await vault.transact(async (draft) => draft.take(await engine.createIdentity(me)));
  const appended: string[] = [];
  const session = {
    me: async () => me,
    need: (call: string) => answer(call),
    call: async (call: string) => {
      appended.push(call);
      throw new Error('nothing is to be appended');
    },
  } as unknown as Session;
  const known = new Map<string, ConversationRecord>();
  const sync = {
    pull: async () => undefined,
    record: async (conversation: string) => known.get(conversation) ?? null,
  } as unknown as Synchronise;
  const core = { ...webSystem, vault, engine, events: new Emitter() } as unknown as Core;
  const commits = new CommitChanges(core, session, sync);
  return { core, session, sync, commits, known, appended, vault, engine };
}

it('joins a founding that came in while its own was worked out, without an error', async () => {
  let comesIn = async (): Promise<void> => undefined;
  let joins = 0;
  const device = await aDevice(async () => {
    await comesIn();
    return { bundles: [] };
  });
  const { core, session, sync, commits, known, vault, engine } = device;
  const enter = { join: async () => void (joins += 1) } as unknown as EnterKeys;
  const found = new FoundConversations(core, session, sync, commits, enter);
  let asked = 0;
  const conversation = selfId({ sha256 }, me.account);
  comesIn = async () => {
    asked += 1;
    const theirs = { conversation, generation: 1, epoch: 1, peers: [], profile: null };
    await vault.transact(async (draft) => {
      draft.take(await engine.found(draft, { ...theirs, clientId: 'theirs' }));
      const accepted = { accepted: true, seq: 1 } as const;
      draft.take(await engine.settle(draft, conversation, 'theirs', accepted));
    });
    known.set(conversation, { ...newConversation(conversation), cursor: 1, keyed: true });
  };
  await found.openSelf();
  expect([asked, joins, device.appended]).toEqual([1, 0, []]);
});

it('says that a device which is not in the keys cannot change them', async () => {
  const now = {
    conversation: 'c',
    generation: 1,
    epoch: 1,
    suite: '',
    members: [],
    devices: [],
    owed: [],
  };
  const { core, session, sync, commits, appended } = await aDevice(async () => now);
  const members = new ChangeMembers(core, session, sync, commits);
  await expect(members.refreshKeys('c')).rejects.toMatchObject({
    name: 'SealpostError',
    kind: 'state',
    code: 'not_in_keys',
  });
  expect(appended).toEqual([]);
});

it('says that a device which was revoked, and did not hear so yet, cannot take itself out of the keys', async () => {
  const asked = { conversation: 'c', generation: 1, epoch: 1 };
  const now = { ...asked, suite: '', members: [], devices: [me], owed: [me.device] };
  const { core, session, sync, commits, vault, engine } = await aDevice(async () => now);
  await vault.transact(async (draft) => {
    const founding = { ...asked, clientId: 'own', peers: [], profile: null };
    draft.take(await engine.found(draft, founding));
    draft.take(await engine.settle(draft, 'c', 'own', { accepted: true, seq: 1 }));
  });
  const members = new ChangeMembers(core, session, sync, commits);
  await expect(members.repair('c')).rejects.toMatchObject({ kind: 'state', code: 'not_in_keys' });
});

it('says that who is no member gets no role, and inherits nothing', async () => {
  const members = [{ account: me.account, role: 'owner' }];
  const now = { conversation: 'c', generation: 1, epoch: 1, members, devices: [me], owed: [] };
  const calls: string[] = [];
  const { core, session, sync, commits } = await aDevice(async (call) => {
    calls.push(call);
    return now;
  });
  const changes = new ChangeMembers(core, session, sync, commits);
  const refused = { kind: 'refused', code: 'not_a_member' };
  await expect(changes.setRole('c', 'bob', 'admin')).rejects.toMatchObject(refused);
  await expect(changes.leave('c', 'bob')).rejects.toMatchObject(refused);
  expect(calls).toEqual(['conversation', 'conversation']);
  await changes.setRole('c', me.account, 'owner');
  expect(calls).toContain('append');
});
