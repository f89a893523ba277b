import { aFounding, aPart, RuleLog, someBytes } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../shared/limits.ts';
import type { Command, Facts } from './command.ts';
import { type Change, emptyChange } from './conversation.ts';

const ann = { account: 'ann', device: 'ann1' };
const bob = { account: 'bob', device: 'bob1' };
const member = (account: string) => ({ account, role: 'member' as const });

const aGroup = aFounding('group', ann, { members: [member('bob')], devices: [bob] });
const aDirect = aFounding('direct', ann, {
  conversation: 'direct-1',
  members: [member('bob')],
  devices: [bob],
});
const aSelf = aFounding('self', ann, { conversation: 'self-1' });

const founded = (command: Command, change: Partial<Change>): Command => ({
  ...command,
  change: { ...(command.change ?? emptyChange), ...change },
});
const refusalOf = (command: Command, facts: Partial<Facts> = {}) =>
  new RuleLog().refusal(command, facts);

describe('the first entry', () => {
  it.each([
    ['a group', aGroup, {}],
    ['a group of one', aFounding('group', ann), {}],
    [
      'a group with further owners',
      founded(aGroup, {
        addMembers: [
          { account: 'ann', role: 'owner' },
          { account: 'bob', role: 'owner' },
        ],
      }),
      {},
    ],
    ['a direct conversation', aDirect, { requiredId: 'direct-1' }],
    [
      'a direct conversation whose other side has no device yet',
      founded(aDirect, { addDevices: [ann] }),
      { requiredId: 'direct-1' },
    ],
    ['a self conversation', aSelf, { requiredId: 'self-1' }],
  ])('founds %s on generation and epoch 1', (_, command, facts) => {
    const decision = new RuleLog().decide(command, facts);
    expect(decision).toMatchObject({
      ok: true,
      value: { generation: 1, epoch: 1, kind: 'created' },
    });
  });

  it.each<[string, Partial<Change> | Command, string]>([
    ['says no kind', { founding: null }, 'founding_missing'],
    ['starts no keys', { mode: 'member' }, 'founding_missing'],
    [
      'names a member twice',
      { addMembers: [{ account: 'ann', role: 'owner' }, member('bob'), member('bob')] },
      'repeated',
    ],
    ['names a device twice', { addDevices: [ann, bob, bob] }, 'repeated'],
    [
      'leaves its founder out',
      { addMembers: [{ account: 'bob', role: 'owner' }], addDevices: [bob] },
      'kind_members',
    ],
    [
      'gives its founder no ownership',
      { addMembers: [member('ann'), { account: 'bob', role: 'owner' }] },
      'kind_members',
    ],
    ['leaves the founding device out', { addDevices: [bob] }, 'not_keyed'],
    [
      'takes the founding device for another account’s',
      { addDevices: [{ account: 'bob', device: 'ann1' }, bob] },
      'not_keyed',
    ],
    [
      'keys a device of no member',
      { addDevices: [ann, { account: 'cat', device: 'cat1' }] },
      'device_of_no_member',
    ],
    ['removes somebody', { removeMembers: ['bob'] }, 'mode'],
    ['gives a role', { setRoles: [member('bob')] }, 'mode'],
    ['removes a device', { removeDevices: [bob] }, 'mode'],
    ['revokes a device', { revokeDevices: [bob] }, 'mode'],
    [
      'holds a part for a stranger',
      { ...aGroup, parts: [{ audience: ['cat1'], bytes: someBytes(3) }] },
      'audience',
    ],
    [
      'holds a part for nobody',
      { ...aGroup, parts: [{ audience: [], bytes: someBytes(3) }] },
      'audience',
    ],
    [
      'names a device twice for a part',
      { ...aGroup, parts: [{ audience: ['bob1', 'bob1'], bytes: someBytes(3) }] },
      'audience',
    ],
  ])('is refused when it %s', (_, about, reason) => {
    const command = 'kind' in about ? about : founded(aGroup, about);
    expect(refusalOf(command)).toEqual({ code: 'invalid_change', reason });
  });

  it('is refused without a change', () => {
    expect(refusalOf({ ...aGroup, change: null })).toEqual({
      code: 'invalid_change',
      reason: 'founding_missing',
    });
  });

  it.each<[string, Command, Partial<Change>]>([
    [
      'a direct conversation with one member',
      aDirect,
      { addMembers: [member('ann')], addDevices: [ann] },
    ],
    [
      'a direct conversation with three',
      aDirect,
      { addMembers: [member('ann'), member('bob'), member('cat')] },
    ],
    [
      'a direct conversation with a leader',
      aDirect,
      { addMembers: [{ account: 'ann', role: 'owner' }, member('bob')] },
    ],
    [
      'a self conversation with somebody else',
      aSelf,
      { addMembers: [{ account: 'ann', role: 'owner' }, member('bob')] },
    ],
    ['a self conversation without an owner', aSelf, { addMembers: [member('ann')] }],
  ])('founds no %s', (_, command, change) => {
    expect(refusalOf(founded(command, change), { requiredId: command.conversation })).toEqual({
      code: 'invalid_change',
      reason: 'kind_members',
    });
  });

  it.each([
    ['a direct conversation under another id than its two have', aDirect, 'direct-2'],
    ['a self conversation under another id than its account has', aSelf, 'self-2'],
    [
      'a group under the id of a direct conversation, which would be its two’s',
      { ...aGroup, conversation: 'direct-1' },
      null,
    ],
    ['a group under the id of a self conversation', { ...aGroup, conversation: 'self-1' }, null],
  ])('founds no %s', (_, command, requiredId) => {
    expect(refusalOf(command, { requiredId })).toEqual({
      code: 'invalid_change',
      reason: 'wrong_id',
    });
  });

  it('is refused when there is such a conversation already, with its name', () => {
    const log = new RuleLog();
    log.must(aGroup);
    expect(log.refusal(aGroup)).toEqual({ code: 'exists', conversation: aGroup.conversation });
  });

  it('tells one who is not accepted nothing of whether there is such a conversation', () => {
    const log = new RuleLog();
    log.must(aDirect, { requiredId: 'direct-1' });
    const facts = { requiredId: 'direct-1', refusing: ['bob'] };
    const notAccepting = { code: 'not_accepting', accounts: ['bob'] };
    expect(log.refusal(aDirect, facts)).toEqual(notAccepting);
    expect(refusalOf(aDirect, facts)).toEqual(notAccepting);
  });

  it('is refused beyond the limits, with the limit', () => {
    const limits = { ...defaultLimits, devicesPerConversation: 1, changeBytes: 8 };
    expect(refusalOf(aGroup, { limits })).toEqual({ code: 'too_many_devices', limit: 1 });
    const fewDevices = founded(aGroup, { addDevices: [ann] });
    expect(refusalOf(fewDevices, { limits })).toEqual({ code: 'too_many_devices', limit: 1 });
    const alone = { ...aFounding('group', ann), parts: [aPart('12345'), aPart('6789')] };
    expect(refusalOf(alone, { limits })).toEqual({
      code: 'too_large',
      limitBytes: 8,
      actualBytes: 9,
    });
  });

  it('is refused with devices that cannot be used, naming them', () => {
    expect(refusalOf(aGroup, { unusable: [bob] })).toEqual({
      code: 'devices_unusable',
      devices: [bob],
    });
  });
});
