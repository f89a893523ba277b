import { aFounding, aLeaving, aMessage, aPart, RuleLog, someBytes } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../shared/limits.ts';
import { emptyChange } from './conversation.ts';

const ann = { account: 'ann', device: 'ann1' };
const bob = { account: 'bob', device: 'bob1' };
const cat = { account: 'cat', device: 'cat1' };
const member = (account: string) => ({ account, role: 'member' as const });

function aGroup(): RuleLog {
  const log = new RuleLog();
  log.must(
    aFounding('group', ann, { members: [member('bob'), member('cat')], devices: [bob, cat] }),
  );
  return log;
}

describe('a message', () => {
  it('stays on the generation and epoch that are in force', () => {
    const log = aGroup();
    expect(log.decide(aMessage(log.now, bob))).toMatchObject({
      ok: true,
      value: { generation: 1, epoch: 1, change: null },
    });
  });

  it('may be for single devices in the keys', () => {
    const log = aGroup();
    const parts = [aPart(), { audience: ['bob1', 'cat1'], bytes: someBytes(3) }];
    expect(log.refusal(aMessage(log.now, ann, { parts }))).toBeNull();
  });

  it.each([
    ['joiners', 'joiners' as const],
    ['a stranger', ['dan1']],
    ['a device twice', ['bob1', 'bob1']],
    ['nobody', []],
  ])('for %s is refused', (_, audience) => {
    const log = aGroup();
    const parts = [{ audience, bytes: someBytes(3) }];
    expect(log.refusal(aMessage(log.now, ann, { parts }))).toEqual({
      code: 'invalid_change',
      reason: 'audience',
    });
  });

  it('that changes something is refused', () => {
    const log = aGroup();
    const command = aMessage(log.now, ann, { change: emptyChange });
    expect(log.refusal(command)).toEqual({ code: 'invalid_change', reason: 'mode' });
  });

  it('beyond the limit is refused, with both sizes', () => {
    const log = aGroup();
    const limits = { ...defaultLimits, messageBytes: 8 };
    const of = (...texts: string[]) => aMessage(log.now, ann, { parts: texts.map(aPart) });
    expect(log.refusal(of('1234', '5678'), { limits })).toBeNull();
    expect(log.refusal(of('1234', '56789'), { limits })).toEqual({
      code: 'too_large',
      limitBytes: 8,
      actualBytes: 9,
    });
  });

  it('by a member’s device that is not in the keys is told to join', () => {
    const log = aGroup();
    const command = aMessage(log.now, { account: 'bob', device: 'bob2' });
    expect(log.refusal(command)).toEqual({ code: 'not_in_keys' });
  });

  it('by one who left is told that there is nothing', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, bob));
    expect(log.refusal(aMessage(log.now, bob))).toEqual({ code: 'not_found' });
  });

  it('in a direct conversation is refused while the other side does not accept it, and in a group it is not', () => {
    const log = new RuleLog();
    log.must(
      aFounding('direct', ann, {
        conversation: 'direct-1',
        members: [member('bob')],
        devices: [bob],
      }),
      { requiredId: 'direct-1' },
    );
    const facts = { refusing: ['bob'] };
    expect(log.refusal(aMessage(log.now, ann), facts)).toEqual({
      code: 'not_accepting',
      accounts: ['bob'],
    });
    const group = aGroup();
    expect(group.refusal(aMessage(group.now, ann), facts)).toBeNull();
  });
});
